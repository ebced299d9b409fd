import type { IdentifiedEvent } from '../model/delivery.js';
import { UnrecordedIdentities } from './duplicates.js';
import { type Fact, stepOf } from './fact.js';
import { Progress } from './progress.js';
import type { TakenPartition } from './recording.js';

/** What the recorder knows of a partition that it has taken. */
export class HeldPartition {
  readonly partition: number;
  readonly epoch: bigint;
  /** Monotonic milliseconds of the last renewal of the lease. */
  renewedAtMs: number;
  readonly identities: UnrecordedIdentities;
  /** Records that became dead letters after they were matched, by position, with the reason. */
  readonly unfit = new Map<bigint, string>();
  readonly #progress: Progress;

  constructor(taken: TakenPartition, dedupWindowMs: number, nowMs: number) {
    this.partition = taken.partition;
    this.epoch = taken.epoch;
    this.renewedAtMs = nowMs;
    this.identities = new UnrecordedIdentities(dedupWindowMs);
    this.#progress = new Progress(taken.position);
  }

  /** The record is under way: the position does not pass it until it is complete. */
  begin(position: bigint): void {
    this.#progress.begin(position);
  }

  /** Whether this is the first time that the delivery is settled or parked. */
  close(position: bigint, deliveryId: string): boolean {
    return this.#progress.close(position, deliveryId);
  }

  /** The position that a transaction with these facts, all of this partition, may write. */
  positionAfter(facts: readonly Fact[]): bigint | null {
    return this.#progress.positionAfter(facts.flatMap((fact) => stepOf(fact) ?? []));
  }

  /** Every record before this position is recorded once a transaction with these facts, all of this partition, is. */
  recordedAfter(facts: readonly Fact[]): bigint | null {
    return this.#progress.recordedAfter(facts.flatMap((fact) => stepOf(fact) ?? []));
  }

  /** The event at this place became a dead letter: no copy of it is left out in its favour any more. */
  unrecordable(event: IdentifiedEvent, reason: string): void {
    this.unfit.set(event.position, reason);
    this.identities.forget(event);
  }

  /** These facts, all of this partition, are committed. */
  recorded(facts: readonly Fact[], nowMs: number): void {
    this.renewedAtMs = nowMs;
    this.#progress.apply(facts.flatMap((fact) => stepOf(fact) ?? []));
    for (const fact of facts) if (fact.kind === 'event') this.identities.forget(fact.event);
    if (this.unfit.size === 0) return;
    const position = this.#progress.positionAfter([]);
    for (const unfit of this.unfit.keys()) if (position !== null && unfit < position) this.unfit.delete(unfit);
  }
}
