import type { TakenPartition } from '../record/recording.js';
import { KnownBases } from './known-bases.js';

/** A partition that is worked on under one epoch. Closed once, when it is released or lost; whoever works on it looks. */
export class OpenPartition {
  readonly partition: number;
  readonly epoch: bigint;
  /** Whose changes came under this epoch. */
  readonly bases = new KnownBases();
  readonly #known: ReadonlySet<string>;
  /** Records reported to the recorder since the last time that somebody asked it to write them. */
  reported = 0;
  /** Resolves when what had been reported at that time is written. */
  written: Promise<void> = Promise.resolve();
  #closed = false;
  #lost = false;
  #underWay: Promise<void> = Promise.resolve();

  constructor({ partition, epoch, known }: TakenPartition) {
    this.partition = partition;
    this.epoch = epoch;
    this.#known = known;
  }

  get closed(): boolean {
    return this.#closed;
  }

  close(): void {
    this.#closed = true;
  }

  /** It was closed because the epoch is somebody else's. */
  get lost(): boolean {
    return this.#lost;
  }

  lose(): void {
    this.#lost = true;
    this.#closed = true;
  }

  get knowsAny(): boolean {
    return this.#known.size > 0;
  }

  /** A former owner recorded this delivery already. */
  knows(deliveryId: string): boolean {
    return this.#known.size > 0 && this.#known.has(deliveryId);
  }

  /** Remembers work on the partition, so that a release can await its end. */
  working(work: Promise<void>): Promise<void> {
    const both = Promise.allSettled([this.#underWay, work]).then(() => {});
    this.#underWay = both;
    return work;
  }

  /** Resolves when nothing works on the partition any more; closed, nothing begins. */
  idle(): Promise<void> {
    return this.#underWay;
  }
}
