/** Positions on their way to the broker: each stays until the broker has it or a newer one takes its place. */
export class PositionCommits {
  readonly #waiting = new Map<number, bigint>();
  #underWay: Promise<void> | null = null;

  /** @param commit tells the broker; when it throws, the positions are told again. */
  constructor(private readonly commit: (positions: ReadonlyMap<number, bigint>) => Promise<void>) {}

  set(partition: number, position: bigint): void {
    this.#waiting.set(partition, position);
  }

  /** The partition is somebody else's now. */
  drop(partition: number): void {
    this.#waiting.delete(partition);
  }

  /** What is under way can't reach the broker any more. */
  abandon(): void {
    this.#underWay = null;
  }

  /** Tells the broker what waits; one at a time, so that no smaller position comes after a larger one. */
  send(): Promise<void> {
    if (this.#underWay) return this.#underWay;
    if (this.#waiting.size === 0) return Promise.resolve();
    const sending = this.#send().finally(() => {
      if (this.#underWay === sending) this.#underWay = null;
    });
    this.#underWay = sending;
    return sending;
  }

  /** Resolves when the broker has all that waits, of one partition or of all; throws when it can't be told. */
  async flush(partition?: number): Promise<void> {
    const waits = () => (partition === undefined ? this.#waiting.size > 0 : this.#waiting.has(partition));
    // What was under way before may have failed, or be older.
    await this.#underWay?.catch(() => undefined);
    while (waits()) await this.send();
  }

  async #send(): Promise<void> {
    const sent = new Map(this.#waiting);
    await this.commit(sent);
    for (const [partition, position] of sent) {
      if (this.#waiting.get(partition) === position) this.#waiting.delete(partition);
    }
  }
}
