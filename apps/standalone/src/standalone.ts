import { dirname, join } from 'node:path';
import { parseCidrs } from '@sluice/address-guard/cidr';
import { EVENTS_TOPIC } from '@sluice/contracts/topics';
import { migrateDispatcher } from '@sluice/dispatcher/database/migrate';
import { startDispatcher } from '@sluice/dispatcher/start';
import { keepEmbeddedPostgres } from '@sluice/embedded-postgres/keep-running';
import { openStream } from '@sluice/event-stream/open-stream';
import { migratePostgresStream } from '@sluice/event-stream/postgres/migrate';
import { startGateway } from '@sluice/gateway/start';
import { ensureDevelopmentAccount } from '@sluice/registry/bootstrap/bootstrap';
import { ensureDevelopmentBase, newDevelopmentBase } from '@sluice/registry/bootstrap/development-base';
import { newKey } from '@sluice/registry/credentials/key-format';
import { migrateRegistry } from '@sluice/registry/migrate';
import { startRegistry } from '@sluice/registry/start';
import { systemClock } from '@sluice/service-kit/clock';
import type { Logger } from '@sluice/service-kit/logger';
import { createMetrics } from '@sluice/service-kit/metrics';
import type { RunningService } from '@sluice/service-kit/running-service';
import type { StandaloneConfig } from './config.js';
import { demonstrate, suggestions } from './demonstration.js';
import { credentialsFile, type DevCredentials, readCredentials, writeCredentials } from './dev-credentials.js';
import { holdDirectory } from './hold-directory.js';
import { Inbox } from './inbox/inbox.js';
import { InboxReceiver } from './inbox/inbox-receiver.js';
import { serveInbox } from './inbox/inbox-routes.js';
import { webhooksAt } from './inbox/webhooks-at.js';
import { demandFreePort } from './port-check.js';
import { standaloneSecrets } from './secrets.js';
import { readState, writeState } from './state-file.js';

const LOOPBACK = '127.0.0.0/8,::1/128';
const INSTANCE = 'standalone';

/** What was started so far, to be stopped in the opposite order: PostgreSQL last. */
class Started {
  private readonly parts: (() => Promise<void> | void)[] = [];

  add(stop: () => Promise<void> | void): void {
    this.parts.push(stop);
  }

  async stop(): Promise<void> {
    for (const stop of this.parts.splice(0).reverse()) await stop();
  }
}

/** The port that webhooks of earlier starts point at, the one asked for, or the one after the gateway's. */
async function openInbox(config: StandaloneConfig, receiver: (port: number) => Promise<InboxReceiver>) {
  const path = join(config.directory, 'inbox.json');
  const remembered = readState<{ port: number }>(path)?.port;
  const opened = await receiver(config.inboxPort ?? remembered ?? config.port + 1);
  writeState(path, { port: opened.port });
  return opened;
}

const newCredentials = (baseUrl: string): DevCredentials => ({
  baseUrl,
  accountId: '',
  apiKey: newKey('live'),
  testApiKey: newKey('test'),
  adminKey: newKey('admin'),
  ...newDevelopmentBase(),
});

/**
 * All services in this process, on an embedded PostgreSQL: starts, migrates, seeds a development account, and does the
 * main job once. `say` prints for people.
 *
 * @throws ConfigurationError when a port is taken or another process holds the directory.
 */
export async function startStandalone(
  config: StandaloneConfig,
  logger: Logger,
  say: (line: string) => void,
): Promise<RunningService> {
  const { directory, port, kafka } = config;
  const started = new Started();
  try {
    const baseUrl = `http://localhost:${port}`;
    const held = await holdDirectory(directory, baseUrl, say);
    started.add(() => held.release());
    await demandFreePort('PORT', port);

    say('Starting PostgreSQL …');
    const postgres = await keepEmbeddedPostgres({ directory }, (failure) => {
      if (failure === null) logger.warn('postgres.restarted');
      else logger.error({ err: failure }, 'postgres.restart_failed');
    });
    started.add(() => postgres.stop());
    const databaseUrl = postgres.url();
    await migrateRegistry(databaseUrl);
    await migrateDispatcher(databaseUrl);
    if (kafka === undefined) await migratePostgresStream(databaseUrl);

    const stream = await openStream(
      { kafka, postgres: { connectionString: databaseUrl }, consumed: [EVENTS_TOPIC] },
      logger,
    );
    started.add(() => stream.close());
    await stream.ensureTopics([{ topic: EVENTS_TOPIC, partitions: config.eventPartitions }]);

    // What a file of an earlier version lacks is made as well.
    const credentials = { ...newCredentials(baseUrl), ...readCredentials(directory), baseUrl };
    const { encryptionKeyId: id, encryptionKey } = standaloneSecrets(directory);
    const encryptionKeys = [{ id, key: Buffer.from(encryptionKey, 'base64') }];
    const surroundings = {
      logger,
      clock: systemClock,
      stream,
      metrics: createMetrics(),
      refusedPorts: () => new Set([port, postgres.port]),
    };
    const allowedTargets = parseCidrs(LOOPBACK);

    const registry = await startRegistry(
      {
        databaseUrl,
        encryptionKeys,
        allowedTargets,
        webhooksPerAccount: 1_000_000,
        // No importer runs in here.
        sources: null,
        // As often as at Airtable, but forgiven with the second: here people try things out.
        baseRate: { perSecond: 5, penaltySeconds: 0 },
        oidc: null,
        internal: null,
      },
      surroundings,
    );
    started.add(() => registry.stop());
    const { apiKey: live, testApiKey: test, adminKey: admin } = credentials;
    const { accountId } = await ensureDevelopmentAccount(registry.database, {
      name: 'Development',
      keys: { live, test, admin },
    });
    await ensureDevelopmentBase(registry.database, accountId, credentials);
    writeCredentials(directory, { ...credentials, accountId });

    const inbox = new Inbox();
    const webhooks = webhooksAt(registry.commands);
    const receiver = await openInbox(config, (wanted) => InboxReceiver.open(wanted, inbox, webhooks));
    started.add(() => receiver.close());

    const dispatcher = await startDispatcher(
      { databaseUrl, instance: INSTANCE, allowedTargets },
      { ...surroundings, registry: registry.commands },
    );
    started.add(() => dispatcher.stop());

    const partProblems = async () => (await Promise.all([registry.problems(), dispatcher.problems()])).flat();
    const gateway = await startGateway(
      {
        // Keys in clear, an inbox that shows secrets: this is for the machine it runs on.
        host: 'localhost',
        port,
        internal: null,
        publicUrl: null,
        trustedProxies: [],
        limits: { requestsPerSecond: 20_000, eventsPerSecond: 200_000, failuresPerSecond: 50 },
      },
      {
        ...surroundings,
        registry: registry.commands,
        dispatcher: dispatcher.commands,
        problems: partProblems,
        extend: (server) => serveInbox(server, inbox, () => receiver.url('/')),
      },
    );
    started.add(() => gateway.stop());

    say(`Sluice is up at ${baseUrl}, its data in ${dirname(postgres.dataFolder)}, its log in ${directory}/sluice.log`);
    say('');
    const endpoint = receiver.url('/demonstration');
    await demonstrate({ credentials, inbox, endpoint, directory, say }).catch((error: Error) => {
      logger.error({ err: error }, 'demonstration.failed');
    });
    say('');
    say(`What arrives at the development inbox: ${baseUrl}/dev/inbox. To go on, in another terminal:`);
    say('');
    for (const line of suggestions(credentials, credentialsFile(directory), receiver.url('/mine'))) say(`  ${line}`);
    return {
      problems: () => gateway.problems(),
      stop: () => {
        held.draining();
        return started.stop();
      },
    };
  } catch (error) {
    await started.stop();
    throw error;
  }
}
