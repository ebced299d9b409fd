/**
 * How many claimed rows may be in hand: half as many as there are slots of webhooks that are not slow, and a quarter of
 * slow ones. Neither is charged for the other, or rows that take 20 s each would keep everybody else's where they are.
 */
export class ClaimBudget {
  readonly #slots: number;
  #slow = 0;
  #others = 0;
  /** Slow webhooks that wanted rows and got none: they come first next time, in this order. */
  readonly #waiting = new Set<string>();
  #favoured = new Set<string>();
  #spare = 0;

  constructor(slots: number) {
    this.#slots = slots;
  }

  /** So many rows came into hand (negative: left it). */
  count(slow: boolean, rows: number): void {
    if (slow) this.#slow += rows;
    else this.#others += rows;
  }

  get inHand(): number {
    return this.#slow + this.#others;
  }

  get forSlow(): number {
    return Math.max(0, Math.max(1, Math.floor(this.#slots / 4)) - this.#slow);
  }

  get forOthers(): number {
    return Math.max(0, Math.max(1, Math.floor(this.#slots / 2)) - this.#others);
  }

  /** A claim begins: whoever wants rows asks once in the course of it. */
  begin(): void {
    for (const webhookId of this.#favoured) this.#waiting.delete(webhookId);
    this.#favoured = new Set();
    for (const webhookId of this.#waiting) {
      if (this.#favoured.size >= this.forSlow) break;
      this.#favoured.add(webhookId);
    }
    this.#spare = this.forSlow - this.#favoured.size;
  }

  /** One row at a time for a slow webhook; false puts it in the line for the next claim. */
  grantsSlow(webhookId: string): boolean {
    if (this.#favoured.delete(webhookId)) return this.#waiting.delete(webhookId);
    if (this.#spare > 0) {
      this.#spare -= 1;
      return true;
    }
    this.#waiting.add(webhookId);
    return false;
  }
}
