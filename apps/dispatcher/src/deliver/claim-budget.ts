import type { Standing } from './endpoint-pace.js';

/**
 * How many claimed rows may be in hand: half as many as there are slots of webhooks that are known to work, as many of those
 * that are not, and a quarter of slow ones. None is charged for the others: rows that take 20 s each would keep everybody
 * else's where they are, and so would rows that wait for the slots that new webhooks may have.
 */
export class ClaimBudget {
  readonly #most: Readonly<Record<Standing, number>>;
  readonly #inHand: Record<Standing, number> = { proven: 0, unproven: 0, slow: 0 };
  /** Given in the claim under way and not in hand yet. */
  #givenToUnproven = 0;
  /** Slow webhooks that wanted rows and got none: they come first next time, in this order. */
  readonly #waiting = new Set<string>();
  #favoured = new Set<string>();
  #spareOfSlow = 0;

  constructor(slots: number) {
    const half = Math.max(1, Math.floor(slots / 2));
    this.#most = { proven: half, unproven: half, slow: Math.max(1, Math.floor(slots / 4)) };
  }

  /** So many rows of a webhook of that standing came into hand (negative: left it). */
  count(standing: Standing, rows: number): void {
    this.#inHand[standing] += rows;
  }

  get inHand(): number {
    return this.#inHand.proven + this.#inHand.unproven + this.#inHand.slow;
  }

  /** How many more may come into hand. */
  get left(): number {
    return this.#leftOf('proven') + this.#leftOf('unproven') + this.#leftOf('slow');
  }

  /** A claim begins: whoever wants rows asks once in the course of it. */
  begin(): void {
    this.#givenToUnproven = 0;
    for (const webhookId of this.#favoured) this.#waiting.delete(webhookId);
    this.#favoured = new Set();
    const slow = this.#leftOf('slow');
    for (const webhookId of this.#waiting) {
      if (this.#favoured.size >= slow) break;
      this.#favoured.add(webhookId);
    }
    this.#spareOfSlow = slow - this.#favoured.size;
  }

  /** How many of the rows that it could start a webhook gets: one at a time, unless it is known to work. */
  grant(webhookId: string, standing: Standing, rows: number): number {
    if (rows === 0) return 0;
    if (standing === 'proven') return this.#leftOf('proven') > 0 ? rows : 0;
    return (standing === 'slow' ? this.#grantsSlow(webhookId) : this.#grantsUnproven()) ? 1 : 0;
  }

  /** Those of a claim ask in random order, and there may be many more than one claim looks at: nobody need be favoured. */
  #grantsUnproven(): boolean {
    if (this.#givenToUnproven >= this.#leftOf('unproven')) return false;
    this.#givenToUnproven += 1;
    return true;
  }

  /** False puts it in the line for the next claim. */
  #grantsSlow(webhookId: string): boolean {
    if (this.#favoured.delete(webhookId)) return this.#waiting.delete(webhookId);
    if (this.#spareOfSlow > 0) {
      this.#spareOfSlow -= 1;
      return true;
    }
    this.#waiting.add(webhookId);
    return false;
  }

  #leftOf(standing: Standing): number {
    return Math.max(0, this.#most[standing] - this.#inHand[standing]);
  }
}
