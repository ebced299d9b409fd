import { randomBytes } from 'node:crypto';
import { parseCidrs } from '@sluice/address-guard/cidr';
import { EVENTS_TOPIC, RETRIES_TOPIC } from '@sluice/contracts/topics';
import { migrateDispatcher } from '@sluice/dispatcher/database/migrate';
import { startDispatcher } from '@sluice/dispatcher/start';
import { openStream } from '@sluice/event-stream/open-stream';
import { migratePostgresStream } from '@sluice/event-stream/postgres/migrate';
import { startGateway } from '@sluice/gateway/start';
import { bootstrapAccount } from '@sluice/registry/bootstrap/bootstrap';
import { ensureDevelopmentBase, newDevelopmentBase } from '@sluice/registry/bootstrap/development-base';
import { migrateRegistry } from '@sluice/registry/migrate';
import { TopicPatterns } from '@sluice/registry/sources/topic-rights';
import { startRegistry } from '@sluice/registry/start';
import { type Clock, systemClock } from '@sluice/service-kit/clock';
import { createLogger } from '@sluice/service-kit/logger';
import { createMetrics } from '@sluice/service-kit/metrics';
import { createDatabase } from '@sluice/testing/postgres';

const LOOPBACK = parseCidrs('127.0.0.0/8');
const PLENTY = 1_000_000;

/** A method and the pattern of a path, as the gateway serves it: `GET /v1/bases/:id`. */
export type Route = `${string} ${string}`;

/** All services in this process on a database of their own, nothing in memory: what is asked passes through all of them. */
export async function servicesTogether(clock: Clock = systemClock) {
  const database = await createDatabase();
  await migrateRegistry(database.url);
  await migrateDispatcher(database.url);
  await migratePostgresStream(database.url);
  const logger = createLogger({ service: 'test', level: 'silent' });
  const stream = await openStream({ postgres: { connectionString: database.url }, consumed: [EVENTS_TOPIC] }, logger);
  await stream.ensureTopics([
    { topic: EVENTS_TOPIC, partitions: 2 },
    { topic: RETRIES_TOPIC, partitions: 1 },
  ]);
  const surroundings = { logger, stream, clock, metrics: createMetrics() };
  const registryConfig = {
    databaseUrl: database.url,
    encryptionKeys: [{ id: 'first', key: randomBytes(32) }],
    allowedTargets: LOOPBACK,
    webhooksPerAccount: PLENTY,
    sources: { perAccount: PLENTY, topics: new TopicPatterns(['*']) },
    baseRate: { perSecond: PLENTY, penaltySeconds: 0 },
    oidc: null,
    internal: null,
  };
  const registry = await startRegistry(registryConfig, surroundings);
  const operator = await bootstrapAccount(registry.database, 'Operator');
  if (operator === null) throw new Error('the database is new: it has no account yet');
  const developmentBase = newDevelopmentBase();
  await ensureDevelopmentBase(registry.database, operator.accountId, developmentBase);
  const dispatcher = await startDispatcher(
    { databaseUrl: database.url, instance: 'test', allowedTargets: LOOPBACK },
    { ...surroundings, registry: registry.commands },
  );
  const routes = new Set<Route>();
  const gatewayConfig = {
    host: '127.0.0.1',
    port: 0,
    internal: null,
    publicUrl: null,
    trustedProxies: [],
    limits: { requestsPerSecond: PLENTY, eventsPerSecond: PLENTY, failuresPerSecond: PLENTY },
  };
  const gatewayOf = ({ commands }: typeof registry) =>
    startGateway(gatewayConfig, {
      ...surroundings,
      metrics: createMetrics(),
      registry: commands,
      dispatcher: dispatcher.commands,
      extend: (fastify) => {
        fastify.addHook('onRoute', ({ method, url }) => {
          for (const each of [method].flat()) if (each !== 'HEAD') routes.add(`${each} ${url}`);
        });
      },
    });
  const gateway = await gatewayOf(registry);
  return {
    baseUrl: `http://127.0.0.1:${gateway.port}`,
    /** Another gateway with a registry of its own, which remember nothing of what these do. */
    another: async () => {
      const otherRegistry = await startRegistry(registryConfig, { ...surroundings, metrics: createMetrics() });
      const otherGateway = await gatewayOf(otherRegistry);
      const stop = async () => {
        await otherGateway.stop();
        await otherRegistry.stop();
      };
      return { baseUrl: `http://127.0.0.1:${otherGateway.port}`, stop };
    },
    routes,
    stream,
    operatorKey: operator.keys.admin.key,
    apiKey: operator.keys.live.key,
    /** The operator's base and tokens for it. */
    developmentBase,
    close: async () => {
      await gateway.stop();
      await dispatcher.stop();
      await registry.stop();
      await stream.close();
      await database.close();
    },
  };
}

export type ServicesTogether = Awaited<ReturnType<typeof servicesTogether>>;
