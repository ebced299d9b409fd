import { randomBytes } from 'node:crypto';
import { parseCidrs } from '@sluice/address-guard/cidr';
import type { Registry } from '@sluice/contracts/registry-commands';
import type { Result } from '@sluice/contracts/result';
import type { EventStream } from '@sluice/event-stream/event-stream';
import { migratePostgresStream } from '@sluice/event-stream/postgres/migrate';
import { openPostgresStream } from '@sluice/event-stream/postgres/postgres-stream';
import { ShiftedClock } from '@sluice/service-kit/clock';
import { createLogger } from '@sluice/service-kit/logger';
import { createMetrics } from '@sluice/service-kit/metrics';
import { createDatabase } from '@sluice/testing/postgres';
import type { DataSource } from 'typeorm';
import { bootstrapAccount, type FirstAccount } from '../bootstrap/bootstrap.js';
import { migrateRegistry } from '../migrate.js';
import { TopicPatterns } from '../sources/topic-rights.js';
import { type RegistryConfig, startRegistry } from '../start.js';

export interface RegistryUnderTest {
  commands: Registry;
  problems: () => Promise<string[]>;
  database: DataSource;
  databaseUrl: string;
  clock: ShiftedClock;
  stream: EventStream;
  /** An operator account. */
  operator: FirstAccount;
  /** Another registry on the same database, with other settings if told. */
  another(changes?: Partial<RegistryConfig>): Promise<{ commands: Registry; stop(): Promise<void> }>;
  close(): Promise<void>;
}

/** A registry on a database of its own, with the real stream beside it. */
export async function startRegistryUnderTest(
  changes: Partial<RegistryConfig> = {},
  streamAsSeen: (stream: EventStream) => EventStream = (stream) => stream,
): Promise<RegistryUnderTest> {
  const created = await createDatabase();
  await migrateRegistry(created.url);
  await migratePostgresStream(created.url);
  const realStream = await openPostgresStream({ connectionString: created.url });
  const clock = new ShiftedClock();
  const config: RegistryConfig = {
    databaseUrl: created.url,
    encryptionKeys: [{ id: 'first', key: randomBytes(32) }],
    allowedTargets: parseCidrs('10.1.0.0/16'),
    webhooksPerAccount: 1_000,
    sources: { perAccount: 1_000, topics: new TopicPatterns(['*']) },
    baseRate: { perSecond: 100_000, penaltySeconds: 0 },
    oidc: null,
    internal: null,
    ...changes,
  };
  const start = (more: Partial<RegistryConfig>, stream: EventStream) =>
    startRegistry(
      { ...config, ...more },
      { clock, stream, logger: createLogger({ service: 'test', level: 'silent' }), metrics: createMetrics() },
    );
  const registry = await start({}, streamAsSeen(realStream));
  const operator = await bootstrapAccount(registry.database, 'Operator');
  const others: { stop(): Promise<void> }[] = [];
  return {
    commands: registry.commands,
    problems: registry.problems,
    database: registry.database,
    databaseUrl: created.url,
    clock,
    stream: realStream,
    operator: operator!,
    another: async (more = {}) => {
      const other = await start(more, realStream);
      others.push(other);
      return other;
    },
    close: async () => {
      for (const other of others) await other.stop();
      await registry.stop();
      await realStream.close();
      await created.close();
    },
  };
}

/** The value of a command that was carried out; fails the test with the refusal's message if it was not. */
export async function value<T>(result: Promise<Result<T>>): Promise<T> {
  const settled = await result;
  if (settled.ok) return settled.value;
  throw new Error(`refused: ${settled.refusal.code}: ${settled.refusal.message}`);
}

/** The refusal of a command that was refused; fails the test if it was carried out. */
export async function refusal(result: Promise<Result<unknown>>) {
  const settled = await result;
  if (!settled.ok) return settled.refusal;
  throw new Error('carried out, although it should have been refused');
}

/** A webhook that is acceptable, for tests that ask about something else. */
export const wanted = {
  dialect: 'airstack',
  face: 'airstack',
  endpoint: 'https://example.com/hook',
  eventType: 'follow.created',
  filter: null,
  sample: null,
  options: {},
} as const;
