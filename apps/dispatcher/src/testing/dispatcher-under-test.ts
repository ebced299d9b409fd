import { randomUUID } from 'node:crypto';
import { parseCidrs } from '@sluice/address-guard/cidr';
import { type Audience, eventHeaders, eventKey, type SluiceEvent } from '@sluice/contracts/event-record';
import { EVENTS_TOPIC } from '@sluice/contracts/topics';
import type { FilterWebhook } from '@sluice/contracts/webhook-feed';
import type { EventStream } from '@sluice/event-stream/event-stream';
import { migratePostgresStream } from '@sluice/event-stream/postgres/migrate';
import { openPostgresStream } from '@sluice/event-stream/postgres/postgres-stream';
import { ShiftedClock } from '@sluice/service-kit/clock';
import { createLogger } from '@sluice/service-kit/logger';
import { createMetrics } from '@sluice/service-kit/metrics';
import { newSecret } from '@sluice/signatures/secret';
import { createDatabase } from '@sluice/testing/postgres';
import { type Receiver, startReceiver } from '@sluice/testing/receiver';
import pg from 'pg';
import { migrateDispatcher } from '../database/migrate.js';
import type { DispatcherConfig, DispatcherSurroundings } from '../dispatcher.module.js';
import { startDispatcher } from '../start.js';
import { aWebhook } from './samples.js';
import { WebhookFeed } from './webhook-feed.js';

export const PARTITIONS = 2;

export interface Running {
  service: Awaited<ReturnType<typeof startDispatcher>>;
  stream: EventStream;
}

/** What a test may say of an event that it publishes. */
interface Published {
  data?: string;
  type?: string;
  id?: string;
  source?: string;
  subject?: string;
  accountId?: string;
  audience?: Audience;
  /** By the clock of the gateway that accepted it. */
  acceptedAtMs?: number;
  /** The one that the gateway stamped it with; the newest, unless given. */
  revision?: number;
  exact?: boolean;
}

/** A dispatcher on a database of its own, with the Postgres stream, a feed in memory and a receiver. */
export class DispatcherUnderTest {
  readonly clock = new ShiftedClock();
  readonly feed = new WebhookFeed(this.clock);
  readonly #running = new Set<Running>();
  #published = 0;

  private constructor(
    readonly database: Awaited<ReturnType<typeof createDatabase>>,
    readonly openStream: (databaseUrl: string) => Promise<EventStream>,
    readonly stream: EventStream,
    readonly receiver: Receiver,
    readonly pool: pg.Pool,
  ) {}

  /** @param openStream opens the events' stream; by default that of PostgreSQL in the database of that URL. */
  static async create(
    openStream: (databaseUrl: string) => Promise<EventStream> = (connectionString) =>
      openPostgresStream({ connectionString }),
  ): Promise<DispatcherUnderTest> {
    const database = await createDatabase();
    await migratePostgresStream(database.url);
    await migrateDispatcher(database.url);
    const stream = await openStream(database.url);
    await stream.ensureTopics([{ topic: EVENTS_TOPIC, partitions: PARTITIONS }]);
    const pool = new pg.Pool({ connectionString: database.url, max: 2 });
    // One that has said goodbye may still be told by PostgreSQL that its database goes; a query under way has its own error.
    pool.on('error', () => {});
    return new DispatcherUnderTest(database, openStream, stream, await startReceiver(), pool);
  }

  /** Starts a dispatcher; several may run at once under different names. */
  async start(
    config: Partial<DispatcherConfig> = {},
    surroundings: Partial<DispatcherSurroundings> = {},
  ): Promise<Running> {
    const stream = await this.openStream(config.databaseUrl ?? this.database.url);
    const service = await startDispatcher(
      {
        databaseUrl: this.database.url,
        instance: 'dispatcher-1',
        allowedTargets: parseCidrs('127.0.0.0/8'),
        ...config,
      },
      {
        logger: createLogger({
          service: 'dispatcher',
          level: (process.env.TEST_LOG as 'info' | undefined) ?? 'silent',
        }),
        clock: this.clock,
        stream,
        metrics: createMetrics(),
        registry: this.feed,
        ...surroundings,
      },
    );
    const running = { service, stream };
    this.#running.add(running);
    return running;
  }

  get service(): Running['service'] {
    const [first] = this.#running;
    if (first === undefined) throw new Error('no dispatcher is running');
    return first.service;
  }

  async stop(running: Running): Promise<void> {
    this.#running.delete(running);
    await running.service.stop();
    await running.stream.close();
  }

  async close(): Promise<void> {
    // Attempts that hang are at their deadline then, so that nobody waits for them.
    this.clock.advance(20_000);
    await Promise.all([...this.#running].map((running) => this.stop(running)));
    await this.stream.close();
    await this.pool.end();
    await this.receiver.close();
    await this.database.close();
  }

  /** A webhook whose endpoint is the receiver under the path `/<id>`. */
  webhook(webhook: Partial<FilterWebhook> = {}): FilterWebhook {
    const id = webhook.id ?? `webhook-${randomUUID()}`;
    const made = aWebhook({
      id,
      endpoint: this.receiver.url(`/${id}`),
      secrets: [{ secret: newSecret() }],
      createdRevision: this.feed.revision + 1,
      ...webhook,
    });
    this.feed.put(made);
    return made;
  }

  /** Publishes an event as the gateway would: stamped with the newest revision. */
  async publish(event: Published = {}): Promise<string> {
    const [id] = await this.publishTogether([event]);
    return id!;
  }

  /** Publishes events in one batch. */
  async publishTogether(events: readonly Published[]): Promise<string[]> {
    const made = events.map((event) => this.#event(event));
    const records = made.map((event) => ({
      key: Buffer.from(eventKey(event)),
      headers: eventHeaders(event),
      value: event.data,
    }));
    await this.stream.publish(EVENTS_TOPIC, records);
    return made.map(({ attributes }) => attributes.id);
  }

  #event({
    data = '{"followerProfileId":"12"}',
    type = 'follow.created',
    id = `event-${++this.#published}`,
    source = '/feeds/1',
    subject,
    accountId = 'account-1',
    audience = { to: 'own' },
    acceptedAtMs = this.clock.nowMs(),
    revision = this.feed.revision,
    exact = true,
  }: Published): SluiceEvent {
    return {
      attributes: { id, source, type, extensions: {}, ...(subject === undefined ? {} : { subject }) },
      stamp: { accountId, audience, revision, exact, acceptedAt: new Date(acceptedAtMs).toISOString() },
      data: Buffer.from(data),
    };
  }

  /** As if a minute had passed for dispatchers that died: whatever they held by the database's clock is anybody's. */
  async aMinutePasses(): Promise<void> {
    const minute = "interval '1 minute'";
    await this.pool.query(`update dispatch.pending set due_at = due_at - ${minute}`);
    await this.pool.query(`update dispatch.job set due_at = due_at - ${minute}`);
    await this.pool.query(`update dispatch.ping set due_at = due_at - ${minute}`);
    await this.pool.query(`update dispatch.partition set lease_until = lease_until - ${minute}`);
    await this.pool.query(`update stream.member set heartbeat_at = heartbeat_at - ${minute}`);
  }

  /** Retries that wait are due now; what waits for its turn in a lane goes on waiting. */
  async retriesAreDue(): Promise<void> {
    await this.pool.query(`
      update dispatch.pending set due_at = now() where lease is null and due_at > now() and due_at < 'infinity'`);
  }

  async rows<Row extends pg.QueryResultRow>(text: string, values: unknown[] = []): Promise<Row[]> {
    return (await this.pool.query<Row>(text, values)).rows;
  }

  /** Records of all partitions that are not settled for good. */
  async behind(): Promise<bigint> {
    const positions = await this.rows<{ partition: number; position: string }>(
      'select partition, position from dispatch.partition where position is not null',
    );
    const settled = new Map(positions.map(({ partition, position }) => [partition, BigInt(position)]));
    const ranges = await this.stream.ranges(EVENTS_TOPIC);
    return ranges.reduce((sum, { partition, first, end }) => sum + end - (settled.get(partition) ?? first), 0n);
  }
}
