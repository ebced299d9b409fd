import { randomBytes } from 'node:crypto';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EVENTS_TOPIC } from '@sluice/contracts/topics';
import type { EventStream } from '@sluice/event-stream/event-stream';
import { openStream } from '@sluice/event-stream/open-stream';
import { provideBaseImages } from '@sluice/testing/docker/base-images';
import { ComposeProject } from '@sluice/testing/docker/compose-project';
import { docker } from '@sluice/testing/docker/docker';
import { whyNoStack } from '@sluice/testing/docker/why-no-stack';
import { Ledger } from '@sluice/testing/ledger';
import { ownPort } from '@sluice/testing/own-port';
import { Receiver } from '@sluice/testing/receiver';
import { eventually } from '@sluice/testing/stack/built-process';
import { follow, SOURCE } from '@sluice/testing/stack/follow-events';
import { SluiceClient } from '@sluice/testing/stack/sluice-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FaultRun } from './src/fault-run.js';
import { mainJob } from './src/main-job.js';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
/** Images are made before the first test. */
const LIMIT_MS = 600_000;
const OURS = ['gateway', 'registry', 'dispatcher', 'importer'];

const why = await whyNoStack();

/** The whole stack in containers, as a user starts it; everything is asked from outside. */
describe('docker compose up', () => {
  if (why !== null) {
    process.stderr.write(`SKIPPED docker compose up: ${why}\n`);
    it.skip(`skipped: ${why}`, () => undefined);
    return;
  }

  let takeBack: () => Promise<void>;
  let project: ComposeProject;
  let brokers: string;
  let client: SluiceClient;
  let adminKey: string;
  let receiver: Receiver;
  let ledger: Ledger;

  beforeAll(async () => {
    takeBack = await provideBaseImages();
    const [port, kafkaPort] = [await ownPort(), await ownPort()];
    brokers = `localhost:${kafkaPort}`;
    const name = `sluice-test-${randomBytes(3).toString('hex')}`;
    project = new ComposeProject(name, root, {
      IMAGE_PREFIX: name,
      PORT: String(port),
      KAFKA_PORT: String(kafkaPort),
      POSTGRES_PASSWORD: randomBytes(24).toString('hex'),
      INTERNAL_TOKEN: randomBytes(32).toString('hex'),
      ENCRYPTION_KEYS: `k1:${randomBytes(32).toString('base64')}`,
      // The networks that Docker makes are of these.
      ALLOWED_TARGETS: '172.16.0.0/12,192.168.0.0/16,10.0.0.0/8',
      LOG_LEVEL: 'warn',
    });
    await project.compose('build', '--quiet');
    await project.up();
    await eventually('every service is well', async () => {
      const states = await Promise.all(OURS.map((service) => project.inspect(service)));
      return states.flat().filter(({ State }) => State.Health?.Status === 'healthy').length === OURS.length;
    });
    const made = await project.compose(
      ...['exec', '-T', '-e', 'OPERATOR_NAME=Example', 'registry', 'node', 'dist/main-bootstrap.js'],
    );
    const { apiKey, adminKey: admin } = JSON.parse(made) as { apiKey: string; adminKey: string };
    adminKey = admin;
    client = new SluiceClient(`http://localhost:${port}`, apiKey);
    const host = await project.gatewayOf('outside');
    [receiver, ledger] = await Promise.all([Receiver.start({ host }), Ledger.start(SOURCE, host)]);
  }, LIMIT_MS);

  afterAll(async () => {
    const failures: unknown[] = [];
    const closings = [() => ledger?.close(), () => receiver?.close(), () => project?.remove(), () => takeBack?.()];
    for (const close of closings) {
      try {
        await close();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw new AggregateError(failures, 'not everything was closed');
  });

  mainJob(() => ({ client, adminKey, receiver }));

  /** A program of a user's, on this machine. */
  async function outside<T>(work: (stream: EventStream) => Promise<T>): Promise<T> {
    const stream = await openStream({ kafka: { brokers: [brokers], clientId: 'outside' } });
    return await work(stream).finally(() => stream.close());
  }

  it('gives what is written into a topic by the broker’s external listener to who subscribed', async () => {
    await client.subscribe(receiver.url('/source'), 'follow.created', { followerProfileId: '77' }, follow(77).data);
    await outside(async (stream) => {
      await stream.ensureTopics([{ topic: 'follows', partitions: 3 }]);
      const mapping = { type: { value: 'follow.created' }, id: { pointer: '/id' }, source: { value: '/follows' } };
      const source = { topic: 'follows', format: 'json', start: 'earliest', mapping };
      const { status } = await client.request('POST', '/v1/sources', JSON.stringify(source), {
        authorization: `Bearer ${adminKey}`,
      });
      expect(status).toBe(201);
      const value = Buffer.from(JSON.stringify(follow(77).data));
      await stream.publish('follows', [{ key: Buffer.from('77'), headers: {}, value }]);
    });
    const [arrival] = await receiver.waitFor(1, ({ path }) => path === '/source');
    expect(arrival?.headers).toMatchObject({ 'ce-id': 'follow-77', 'ce-source': '/follows' });
    expect(JSON.parse(arrival?.body.toString() ?? '')).toEqual(follow(77).data);
  });

  it('shows the events to whoever reads at the broker’s external listener', async () => {
    await outside(async (stream) => {
      const ids: unknown[] = [];
      for (const { partition, first, end } of await stream.ranges(EVENTS_TOPIC)) {
        if (first === end) continue;
        const records = await stream.read(EVENTS_TOPIC, partition, first, 1_000);
        ids.push(...records.map(({ headers }) => String(headers.ce_id)));
      }
      expect(ids).toEqual(expect.arrayContaining(['follow-1', 'binary', 'structured', 'batch-1', 'batch-2']));
    });
  });

  it.each(OURS)('runs the %s without any right that it does not need', async (service) => {
    const [container] = await project.inspect(service);
    expect(container).toMatchObject({
      Config: { User: 'node', StopSignal: 'SIGTERM' },
      HostConfig: { ReadonlyRootfs: true, CapDrop: ['ALL'], SecurityOpt: ['no-new-privileges:true'] },
    });
    const inside = (...command: string[]) => project.compose('exec', '-T', service, ...command);
    expect(await inside('id', '-u')).toBe('1000\n');
    // Its own folder: nothing but the file system's state is in the way.
    await expect(inside('touch', '/home/node/file')).rejects.toThrow('Read-only file system');
    const packages = (await inside('ls', '/sluice/node_modules', '/sluice/node_modules/@sluice')).split('\n');
    expect(packages).toContain('service-kit');
    for (const forDevelopment of ['typescript', 'vitest', 'turbo', 'testing']) {
      expect(packages).not.toContain(forDevelopment);
    }
  });

  it('shares the work among three dispatchers, and loses nothing when one is stopped and one killed', async () => {
    const run = await FaultRun.begin('compose', client, ledger);
    await run.flows();
    await project.up('--no-recreate', '--scale', 'dispatcher=3');
    const dispatchers = await project.containersOf('dispatcher');
    expect(dispatchers).toHaveLength(3);
    for (const dispatcher of dispatchers) {
      await eventually('each dispatcher delivers', async () => (await delivered(dispatcher)) > 0);
    }
    const [first, second] = dispatchers as [string, string];
    await docker('stop', first);
    await run.flows();
    const [stopped] = (await project.inspect('dispatcher')).filter(({ Id }) => Id === first);
    // 0 is only for a drain that ended within its 30 s; 137 would be Docker's kill.
    expect(stopped?.State).toMatchObject({ Running: false, ExitCode: 0 });
    await docker('kill', second);
    await run.flows();
    await docker('start', first, second);
    await run.flows();
    await docker('restart', ...(await project.containersOf('gateway')), ...(await project.containersOf('registry')));
    await run.flows();
    await run.close({ duplicates: 1_024 });
  });
});

/** Deliveries that a dispatcher has made, by its own metrics, which only its network and itself can ask for; 0 while it starts. */
async function delivered(dispatcher: string): Promise<number> {
  const ask = "fetch('http://127.0.0.1:9102/metrics').then((r) => r.text()).then(console.log)";
  const metrics = await docker('exec', dispatcher, 'node', '-e', ask).catch(() => '');
  return Number(/^sluice_attempts_total\{result="delivered"\} (\d+)$/m.exec(metrics)?.[1] ?? 0);
}
