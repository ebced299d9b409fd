import { setTimeout as sleep } from 'node:timers/promises';
import type { StreamRecord } from '@sluice/event-stream/event-stream';
import type { Clock } from '@sluice/service-kit/clock';
import type { Logger } from '@sluice/service-kit/logger';
import type { Pool } from 'pg';
import type { Attempt, Delivery, EventDelivery, IdentifiedEvent, Verdict } from '../model/delivery.js';
import type { BaseChange, BaseName } from './base-change.js';
import { BatchWriter } from './batch-writer.js';
import { letterOfRecord } from './dead-letter.js';
import { RecordedElsewhere, UnrecordedIdentities } from './duplicates.js';
import { bytesOf, deliveryOf, type Fact, type Under } from './fact.js';
import { HeldPartition } from './held-partition.js';
import { givePartitionUp, isHeldByOther, takePartition } from './partition-leases.js';
import { Persistence } from './persistence.js';
import { FactQueue } from './queue.js';
import { type RecordedBase, readBases, readClosedLists, readDeadLetters } from './read-bases.js';
import type { Recording, RecordingListener, RecordPlace, TakenPartition } from './recording.js';
import { Rhythm } from './rhythm.js';

export interface RecorderOptions {
  /** See dispatch-pool.ts; for taking partitions and looking for duplicates. */
  pool: Pool;
  /** For the transactions, one at a time: nothing else may make them wait, as they renew the leases. Default: `pool`. */
  writing?: Pool;
  /** Stable name of this dispatcher: its own former lease, before a restart, need not be waited for. */
  owner: string;
  clock: Clock;
  logger: Logger;
  listener: RecordingListener;
  /** How long an identity is remembered. */
  dedupWindowMs?: number;
  /** How long a partition's lease lasts; it is renewed every third of that. */
  leaseMs?: number;
  /** How long to wait for a living former owner; then the partition is taken anyway, the epoch fences. */
  patienceMs?: number;
  /** Told after each transaction: how many facts and deliveries it wrote and how long it took. */
  observe?: (flush: { facts: number; deliveries: number; milliseconds: number }) => void;
}

const DAY_MS = 86_400_000;
const ASK_AGAIN_MS = 100;
/** How often leases are looked at when there is nothing to write. */
const HEARTBEAT_MS = 500;
/** A transaction that takes longer is a problem: what depends on its being written must not go on. */
const LATE_MS = 5_000;
/** How long stopping may wait for a database that is away. */
const STOP_MS = 20_000;

/** {@link Recording} in PostgreSQL. Facts are gathered here; one transaction at a time writes what has been gathered. */
export class Recorder implements Recording {
  readonly #options: Required<Omit<RecorderOptions, 'observe' | 'writing'>> & Pick<RecorderOptions, 'observe'>;
  readonly #held = new Map<number, HeldPartition>();
  readonly #queue = new FactQueue();
  readonly #rhythm: Rhythm;
  readonly #persistence: Persistence;
  readonly #elsewhere: RecordedElsewhere;
  readonly #writer: BatchWriter;
  #waiting: { end: number; resolve: () => void }[] = [];
  #written = 0;
  #unrecordedBytes = 0;
  readonly #unwritten = new Set<string>();
  /** When the transaction under way, with all its tries, began. */
  #writingSinceMs: number | null = null;
  #stopped = false;
  readonly #running: Promise<void>;

  constructor({ writing, ...options }: RecorderOptions) {
    this.#options = { dedupWindowMs: DAY_MS, leaseMs: 6_000, patienceMs: 3_000, ...options };
    this.#rhythm = new Rhythm(this.#options.clock, this.#queue);
    this.#persistence = new Persistence(this.#options.logger);
    this.#elsewhere = new RecordedElsewhere(options.pool, this.#persistence, this.#options.dedupWindowMs);
    this.#writer = new BatchWriter({
      ...this.#options,
      pool: writing ?? options.pool,
      persistence: this.#persistence,
      held: this.#held,
    });
    this.#running = this.#run();
  }

  async take(partition: number): Promise<TakenPartition> {
    const { pool, owner, clock, patienceMs, leaseMs, dedupWindowMs } = this.#options;
    const former = this.#held.get(partition);
    if (former !== undefined) this.#writer.lose(former);
    const patientUntil = clock.monotonicMs() + patienceMs;
    while ((await isHeldByOther(pool, partition, owner, clock.shiftMs)) && clock.monotonicMs() < patientUntil) {
      await sleep(ASK_AGAIN_MS);
    }
    const taken = await takePartition(pool, partition, owner, { leaseMs, shiftMs: clock.shiftMs });
    this.#held.set(partition, new HeldPartition(taken, dedupWindowMs, clock.monotonicMs()));
    return taken;
  }

  async giveUp(partition: number, epoch: bigint): Promise<void> {
    await this.flushed();
    if (this.#holding({ partition, epoch }) === undefined) return;
    this.#held.delete(partition);
    await givePartitionUp(this.#options.pool, partition, epoch, this.#options.clock.shiftMs);
  }

  begin(epoch: bigint, records: readonly RecordPlace[]): void {
    for (const { partition, position } of records) this.#holding({ partition, epoch })?.begin(position);
  }

  async duplicates(events: readonly IdentifiedEvent[]): Promise<ReadonlySet<IdentifiedEvent>> {
    const { dedupWindowMs } = this.#options;
    const found = new Set<IdentifiedEvent>();
    const before = new Map<number, UnrecordedIdentities>();
    for (const event of events) {
      const earlier = before.get(event.partition) ?? new UnrecordedIdentities(dedupWindowMs);
      before.set(event.partition, earlier);
      const unrecorded = this.#held.get(event.partition)?.identities;
      if (earlier.hasEarlier(event) || unrecorded?.hasEarlier(event)) found.add(event);
      earlier.add(event);
    }
    const unsure = events.filter((event) => !found.has(event));
    for (const event of await this.#elsewhere.find(unsure)) found.add(event);
    return found;
  }

  bases(names: readonly BaseName[]): Promise<RecordedBase[]> {
    return this.#persistence.persist('look for bases', () => readBases(this.#options.pool, names));
  }

  closedLists(webhookIds: readonly string[]): Promise<ReadonlySet<string>> {
    return this.#persistence.persist('look for payload lists', () => readClosedLists(this.#options.pool, webhookIds));
  }

  deadLetters(partition: number, positions: readonly bigint[]): Promise<ReadonlySet<bigint>> {
    const { pool } = this.#options;
    return this.#persistence.persist('look for dead letters', () => readDeadLetters(pool, partition, positions));
  }

  event(epoch: bigint, event: IdentifiedEvent, matched: number, open: number, change?: BaseChange): void {
    const under = { partition: event.partition, epoch };
    this.#holding(under)?.identities.add(event);
    const fact = { kind: 'event', under, event, matched, open } as const;
    this.#add(change === undefined ? fact : { ...fact, change }, event.position);
  }

  skip(epoch: bigint, { partition, position }: RecordPlace): void {
    this.#add({ kind: 'skip', under: { partition, epoch }, position }, position);
  }

  deadLetter(epoch: bigint, record: StreamRecord, reason: string): void {
    const { partition, position } = record;
    const under = { partition, epoch };
    const letter = letterOfRecord(record, reason);
    this.#add({ kind: 'dead letter', under, position, reported: true, open: 0, letter }, position);
  }

  settle(delivery: Delivery, attempt: Attempt | null, verdict: Verdict, keepsLane = false): void {
    if (delivery.kind === 'ping') {
      this.#unwritten.add(delivery.id);
      this.#add({ kind: 'ping', under: null, ping: delivery, attempt, verdict }, null);
      return;
    }
    const under = underOf(delivery);
    const counts = under !== null && this.#close(under, delivery);
    if (under === null) this.#unwritten.add(delivery.id);
    this.#add({ kind: 'outcome', under, delivery, attempt, verdict, counts, keepsLane }, delivery.event.position);
  }

  park(deliveries: readonly Delivery[], lease: string | null): void {
    for (const delivery of deliveries) {
      const under = delivery.kind === 'ping' ? null : underOf(delivery);
      if (delivery.kind === 'ping' || under === null) {
        // A claimed delivery has its row already: to park it is to give its lease back.
        this.settle(delivery, null, { state: 'pending', dueInMs: null });
      } else {
        const counts = this.#close(under, delivery);
        this.#add({ kind: 'park', under, delivery, lease, counts }, delivery.event.position);
        if (delivery.lane !== null) this.#rhythm.awaited();
      }
    }
  }

  flushed(): Promise<void> {
    const { end } = this.#queue;
    if (this.#written >= end) return Promise.resolve();
    this.#rhythm.hurry();
    return new Promise((resolve) => this.#waiting.push({ end, resolve }));
  }

  get unrecordedBytes(): number {
    return this.#unrecordedBytes;
  }

  get unwritten(): ReadonlySet<string> {
    return this.#unwritten;
  }

  problem(): string | null {
    const sinceMs = this.#writingSinceMs === null ? 0 : this.#options.clock.monotonicMs() - this.#writingSinceMs;
    const cause = this.#persistence.problem();
    if (sinceMs <= LATE_MS) return cause;
    const late = `nothing could be recorded for ${Math.round(sinceMs / 1_000)} s`;
    return cause === null ? late : `${late}; ${cause}`;
  }

  async stop(): Promise<void> {
    const orderly = async () => {
      await this.flushed();
      await Promise.all([...this.#held.values()].map(({ partition, epoch }) => this.giveUp(partition, epoch)));
    };
    const late = new AbortController();
    await Promise.race([orderly(), sleep(STOP_MS, null, { signal: late.signal })])
      .catch((error: unknown) => this.#options.logger.warn({ error }, 'record.not_given_up'))
      .finally(() => late.abort());
    this.#stopped = true;
    this.#persistence.abandon();
    this.#rhythm.hurry();
    await this.#running;
  }

  async #run(): Promise<void> {
    while (!this.#stopped) {
      await this.#rhythm.next(HEARTBEAT_MS);
      if (this.#queue.isEmpty && !this.#writer.hasRenewals()) continue;
      const facts = this.#queue.take();
      const startedAtMs = this.#options.clock.monotonicMs();
      this.#writingSinceMs = startedAtMs;
      try {
        await this.#writer.write(facts);
      } catch (error) {
        // Only when stopping: what was not written will be done again by the next owner.
        this.#options.logger.error({ error, facts: facts.length }, 'record.abandoned');
      }
      this.#writingSinceMs = null;
      for (const fact of facts) {
        this.#unrecordedBytes -= bytesOf(fact);
        const delivery = deliveryOf(fact);
        if (delivery !== null && fact.under === null) this.#unwritten.delete(delivery.id);
      }
      this.#options.observe?.({
        facts: facts.length,
        deliveries: facts.filter((fact) => deliveryOf(fact) !== null).length,
        milliseconds: this.#options.clock.monotonicMs() - startedAtMs,
      });
      this.#written += facts.length;
      for (const { resolve } of this.#waiting.filter(({ end }) => end <= this.#written)) resolve();
      this.#waiting = this.#waiting.filter(({ end }) => end > this.#written);
      if (this.#waiting.length > 0) this.#rhythm.hurry();
    }
  }

  #holding({ partition, epoch }: NonNullable<Under>): HeldPartition | undefined {
    const held = this.#held.get(partition);
    return held?.epoch === epoch ? held : undefined;
  }

  #close(under: NonNullable<Under>, { id, event }: EventDelivery): boolean {
    const held = this.#holding(under);
    held?.begin(event.position);
    return held?.close(event.position, id) ?? false;
  }

  #add(fact: Fact, position: bigint | null): void {
    if (fact.under !== null) {
      const held = this.#holding(fact.under);
      const delivery = deliveryOf(fact);
      if (held === undefined) {
        // No longer ours to write. Told later, as for every other fact: the caller is in the middle of handing in.
        if (delivery !== null) queueMicrotask(() => this.#options.listener.recorded([delivery]));
        return;
      }
      if (position !== null) held.begin(position);
    }
    this.#unrecordedBytes += bytesOf(fact);
    this.#queue.add(fact);
    this.#rhythm.added();
  }
}

const underOf = ({ origin, event }: EventDelivery): Under =>
  origin.kind === 'stream' ? { partition: event.partition, epoch: origin.epoch } : null;
