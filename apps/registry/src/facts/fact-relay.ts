import { WEBHOOKS_PARTITIONS, WEBHOOKS_TOPIC } from '@sluice/contracts/topics';
import { type EventStream, StreamUnavailable } from '@sluice/event-stream/event-stream';
import type { Logger } from '@sluice/service-kit/logger';
import type { Metrics } from '@sluice/service-kit/metrics';
import { Gauge } from 'prom-client';
import { type DataSource, type EntityManager, In } from 'typeorm';
import { WakeUp } from '../waiting/wake-up.js';
import { WebhookFactEntity } from './webhook-fact.entity.js';

const BATCH = 500;
const LOOK_MS = 1_000;
const AFTER_FAILURE_MS = 2_000;
/** One relay works at a time, or the facts of a webhook could overtake each other. */
const ADVISORY_LOCK = 7_105_841_003;

/**
 * Brings facts from the outbox to the topic `sluice.webhooks`, in the order of their revisions, keyed by webhook, at
 * least once. A stream that is away delays the facts and nothing else.
 */
export class FactRelay {
  /** To be rung when a new revision has committed. */
  readonly changed = new WakeUp();
  private readonly stopping = new WakeUp();
  private running: Promise<void> | null = null;
  private topicReady = false;
  private readonly waiting: Gauge;

  constructor(
    private readonly database: DataSource,
    private readonly stream: EventStream,
    private readonly logger: Logger,
    metrics: Metrics,
  ) {
    this.waiting = new Gauge({
      name: 'sluice_registry_facts_waiting',
      help: 'Facts about webhooks in the outbox that are not known to be on the stream, as of the last look',
      registers: [metrics],
    });
  }

  start(): void {
    this.running ??= this.run();
  }

  /** Resolves when nothing is under way any more; what is left in the outbox stays for the next start. */
  async stop(): Promise<void> {
    this.stopping.ring();
    this.changed.ring();
    await this.running;
  }

  private async run(): Promise<void> {
    while (this.stopping.count === 0) {
      const { count } = this.changed;
      try {
        const published = await this.round();
        if (published < BATCH) await this.changed.since(count, LOOK_MS);
      } catch (error) {
        const level = error instanceof StreamUnavailable ? 'warn' : 'error';
        this.logger[level]({ err: error }, 'facts.not_published');
        // Not woken by new facts: a stream that is away is not asked more often because more happens.
        await this.stopping.since(0, AFTER_FAILURE_MS);
      }
    }
  }

  /**
   * Publishes what the outbox holds, at most one batch; 0 when another process is at it. The transaction only holds the
   * lock: should the stream take too long, PostgreSQL ends it, and the facts go out once more.
   */
  private async round(): Promise<number> {
    await this.ensureTopic();
    return this.database.transaction(async (transaction) => {
      const [lock] = await transaction.query<{ taken: boolean }[]>('select pg_try_advisory_xact_lock($1) as taken', [
        ADVISORY_LOCK,
      ]);
      return lock?.taken ? this.publish(transaction) : 0;
    });
  }

  private async publish(transaction: EntityManager): Promise<number> {
    const facts = await transaction.find(WebhookFactEntity, { order: { revision: 'asc' }, take: BATCH });
    this.waiting.set(facts.length);
    if (facts.length === 0) return 0;
    await this.stream.publish(
      WEBHOOKS_TOPIC,
      facts.map(({ webhookId, fact }) => ({
        key: Buffer.from(webhookId),
        headers: { 'content-type': 'application/json' },
        value: Buffer.from(fact),
      })),
    );
    await transaction.delete(WebhookFactEntity, { revision: In(facts.map(({ revision }) => revision)) });
    this.waiting.set(0);
    return facts.length;
  }

  private async ensureTopic(): Promise<void> {
    if (this.topicReady) return;
    await this.stream.ensureTopics([{ topic: WEBHOOKS_TOPIC, partitions: WEBHOOKS_PARTITIONS }]);
    this.topicReady = true;
  }
}
