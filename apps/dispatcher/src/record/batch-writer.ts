import type { Clock } from '@sluice/service-kit/clock';
import type { Logger } from '@sluice/service-kit/logger';
import type { Pool, PoolClient } from 'pg';
import { becomesPending, deliveryOf, type Fact } from './fact.js';
import type { HeldPartition } from './held-partition.js';
import type { Persistence } from './persistence.js';
import type { RecordingListener } from './recording.js';
import { exhausted, insteadOf, refusalOf } from './refusal.js';
import { writeFacts } from './transaction.js';

export interface BatchWriterOptions {
  pool: Pool;
  clock: Clock;
  logger: Logger;
  listener: RecordingListener;
  leaseMs: number;
  persistence: Persistence;
  held: Map<number, HeldPartition>;
}

/** How often a lease is renewed within its length. */
const RENEWALS = 3;

/**
 * Writes one batch until it is written: the same batch again when the database is away, in halves when it refuses the
 * data, down to the one fact that it refuses, in whose place something smaller is recorded.
 */
export class BatchWriter {
  readonly #options: BatchWriterOptions;

  constructor(options: BatchWriterOptions) {
    this.#options = options;
  }

  /** Whether some lease should be renewed although nothing else is to be written. */
  hasRenewals(): boolean {
    return this.#renewals().length > 0;
  }

  async write(batch: readonly Fact[]): Promise<void> {
    const groups: (readonly Fact[])[] = [batch];
    for (let group = groups.shift(); group !== undefined; group = groups.shift()) {
      const facts = group.map((fact) => this.#fit(fact));
      const refusal = await this.#tryGroup(facts);
      if (refusal === null) continue;
      if (facts.length > 1) {
        const middle = Math.ceil(facts.length / 2);
        groups.unshift(facts.slice(0, middle), facts.slice(middle));
      } else if (facts[0] !== undefined) {
        groups.unshift(this.#replace(facts[0], refusal));
      }
    }
    const deliveries = batch.flatMap((fact) => deliveryOf(fact) ?? []);
    if (deliveries.length > 0) this.#options.listener.recorded(deliveries);
  }

  /** The partition is no longer ours: nothing that is gathered for it will be written. */
  lose(partition: HeldPartition): void {
    const { held, logger, listener } = this.#options;
    if (held.get(partition.partition) !== partition) return;
    held.delete(partition.partition);
    logger.warn({ partition: partition.partition, epoch: String(partition.epoch) }, 'partition.lost');
    listener.lost(partition.partition, partition.epoch);
  }

  /** Answers why PostgreSQL refuses these data; null when they are written. */
  async #tryGroup(group: readonly Fact[]): Promise<string | null> {
    const { persistence, leaseMs, clock, held, listener } = this.#options;
    const facts = group.filter(({ under }) => under === null || held.get(under.partition)?.epoch === under.epoch);
    const touched = new Map<HeldPartition, Fact[]>(this.#renewals().map((partition) => [partition, []]));
    for (const fact of facts) {
      const partition = fact.under === null ? undefined : held.get(fact.under.partition);
      if (partition === undefined) continue;
      const own = touched.get(partition);
      if (own === undefined) touched.set(partition, [fact]);
      else own.push(fact);
    }
    if (facts.length === 0 && touched.size === 0) return null;
    const steps = [...touched].map(([partition, own]) => ({
      partition: partition.partition,
      epoch: partition.epoch,
      position: partition.positionAfter(own),
      recorded: partition.recordedAfter(own),
    }));
    try {
      const {
        held: ours,
        left,
        told,
        lanesDue,
      } = await persistence.persist('record', (tries) =>
        this.#withClient((client) =>
          writeFacts(client, facts, steps, { leaseMs, shiftMs: clock.shiftMs, rewritten: tries > 0 }),
        ),
      );
      for (const [partition, own] of touched) {
        if (ours.has(partition.partition)) partition.recorded(own, clock.monotonicMs());
        else this.lose(partition);
      }
      if (facts.some((fact) => fact.kind === 'event' && fact.change !== undefined)) listener.changesRecorded(left);
      if (told > 0) listener.givenUp();
      if (lanesDue) listener.lanesDue();
      for (const { partition, position } of steps) {
        if (position !== null && ours.has(partition)) listener.moved(partition, position);
      }
      return null;
    } catch (error) {
      const refusal = refusalOf(error);
      if (refusal === null) throw error;
      return refusal;
    }
  }

  async #withClient<T>(use: (client: PoolClient) => Promise<T>): Promise<T> {
    const client = await this.#options.pool.connect();
    try {
      const result = await use(client);
      client.release();
      return result;
    } catch (error) {
      // After a refusal the transaction was rolled back in order; after anything else the connection is not trusted.
      client.release(refusalOf(error) === null);
      throw error;
    }
  }

  #renewals(): HeldPartition[] {
    const { held, leaseMs, clock } = this.#options;
    const before = clock.monotonicMs() - leaseMs / RENEWALS;
    return [...held.values()].filter(({ renewedAtMs }) => renewedAtMs <= before);
  }

  /** Deliveries of an event that could not be recorded can't be kept: those that would wait end here. */
  #fit(fact: Fact): Fact {
    if (!becomesPending(fact) || fact.under === null) return fact;
    const reason = this.#options.held.get(fact.under.partition)?.unfit.get(fact.delivery.event.position);
    return reason === undefined ? fact : exhausted(fact, reason);
  }

  #replace(fact: Fact, refusal: string): Fact[] {
    const instead = insteadOf(fact, refusal);
    this.#options.logger.error(
      { kind: fact.kind, partition: fact.under?.partition, delivery: deliveryOf(fact)?.id, refusal },
      'record.refused',
    );
    const partition = fact.under === null ? undefined : this.#options.held.get(fact.under.partition);
    if (fact.kind === 'event') {
      partition?.unrecordable(fact.event, refusal);
      this.#options.listener.unrecordable(fact.event);
    }
    if (instead !== null) return [instead];
    partition?.recorded([fact], partition.renewedAtMs);
    return [];
  }
}
