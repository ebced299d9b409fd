/** What recorded facts change of one record: it was reported, and so many of its deliveries are opened or closed. */
export interface Step {
  position: bigint;
  reported: boolean;
  /** Positive when deliveries became open (the event was matched), -1 for each that was settled or parked. */
  open: number;
}

interface OpenRecord {
  readonly position: bigint;
  reported: boolean;
  open: number;
  /** Deliveries whose settling or parking was handed in: a second one for the same delivery must not count. */
  readonly closed: Set<string>;
}

/**
 * How far one partition is settled for good: the position of the first record that is not complete. A record is complete
 * when it was reported and none of its deliveries is open; records complete in any order. Knows nothing of databases:
 * `positionAfter` says what a transaction with these steps may write, `apply` is called once it is committed.
 */
export class Progress {
  /** In order of position; everything before `#head` is complete and recorded, everything before `#reported` was reported. */
  #records: OpenRecord[] = [];
  #head = 0;
  #reported = 0;
  readonly #byPosition = new Map<bigint, OpenRecord>();
  #position: bigint | null;

  /** `start`: as taken; null on a partition never worked on. */
  constructor(start: bigint | null) {
    this.#position = start;
  }

  /** The record is under way from now on. One that is settled already, or begun, is left as it is. */
  begin(position: bigint): void {
    if (this.#byPosition.has(position) || (this.#position !== null && position < this.#position)) return;
    const record: OpenRecord = { position, reported: false, open: 0, closed: new Set() };
    this.#byPosition.set(position, record);
    let at = this.#records.length;
    while (at > this.#head && this.#records[at - 1]!.position > position) at -= 1;
    this.#records.splice(at, 0, record);
    this.#reported = Math.min(this.#reported, at);
  }

  /** Whether the delivery is closed for the first time. */
  close(position: bigint, deliveryId: string): boolean {
    const closed = this.#byPosition.get(position)?.closed;
    if (closed === undefined || closed.has(deliveryId)) return false;
    closed.add(deliveryId);
    return true;
  }

  /** The position once these steps are recorded; changes nothing. */
  positionAfter(steps: readonly Step[]): bigint | null {
    const changes = new Map<bigint, Step>();
    for (const step of steps) {
      const earlier = changes.get(step.position);
      changes.set(step.position, {
        position: step.position,
        reported: step.reported || (earlier?.reported ?? false),
        open: step.open + (earlier?.open ?? 0),
      });
    }
    let after = this.#position;
    for (let at = this.#head; at < this.#records.length; at += 1) {
      const record = this.#records[at]!;
      const change = changes.get(record.position);
      const reported = record.reported || change?.reported === true;
      if (!reported || record.open + (change?.open ?? 0) > 0) return record.position;
      after = record.position + 1n;
    }
    return after;
  }

  /** The position of the first record that is not reported once these steps are recorded; changes nothing. */
  recordedAfter(steps: readonly Step[]): bigint | null {
    const reporting = new Set(steps.flatMap(({ position, reported }) => (reported ? [position] : [])));
    let after = this.#reported === 0 ? this.#position : this.#records[this.#reported - 1]!.position + 1n;
    for (let at = this.#reported; at < this.#records.length; at += 1) {
      const { position, reported } = this.#records[at]!;
      if (!reported && !reporting.has(position)) return position;
      after = position + 1n;
    }
    return after;
  }

  /** These steps are recorded. */
  apply(steps: readonly Step[]): void {
    for (const step of steps) {
      const record = this.#byPosition.get(step.position);
      if (record === undefined) continue;
      record.reported ||= step.reported;
      record.open += step.open;
    }
    this.#position = this.positionAfter([]);
    while (this.#head < this.#records.length && this.#records[this.#head]!.position < this.#position!) {
      this.#byPosition.delete(this.#records[this.#head]!.position);
      this.#head += 1;
    }
    while (this.#records[this.#reported]?.reported === true) this.#reported += 1;
    if (this.#head > 1_024 && this.#head * 2 > this.#records.length) {
      this.#records = this.#records.slice(this.#head);
      this.#reported -= this.#head;
      this.#head = 0;
    }
  }
}
