import type { Standing } from './endpoint-pace.js';
import type { WebhookQueue } from './webhook-queue.js';

const IN_TURN: readonly Standing[] = ['proven', 'unproven', 'slow'];

/**
 * Whose turn is next. Webhooks stand in a line of their own kind as long as they have something to start, and the three
 * lines take turns. Slow webhooks start in at most three eighths of the slots, and together with those of which no success
 * is known in half: so quick ones always find slots, and new ones find some beside the slow.
 */
export class SlotLines {
  readonly #slots: number;
  readonly #lines: Readonly<Record<Standing, Set<WebhookQueue>>> = {
    proven: new Set(),
    unproven: new Set(),
    slow: new Set(),
  };
  readonly #sending: Record<Standing, number> = { proven: 0, unproven: 0, slow: 0 };
  #turn = 0;
  #newWaited = false;

  constructor(slots: number) {
    this.#slots = slots;
  }

  get #doubtfulSlots(): number {
    return Math.max(1, Math.floor(this.#slots / 2));
  }

  get #slowSlots(): number {
    return Math.max(1, Math.floor((this.#slots * 3) / 8));
  }

  /** Attempts under way. */
  get sending(): number {
    return this.#sending.proven + this.#sending.unproven + this.#sending.slow;
  }

  /** A webhook of this standing has something to start, and no slot. */
  missed(standing: Standing): void {
    if (standing === 'unproven') this.#newWaited = true;
  }

  /** Whether a webhook of this standing may have one more slot. */
  hasSlot(standing: Standing): boolean {
    if (this.sending >= this.#slots) return false;
    if (standing === 'proven') return true;
    const { unproven, slow } = this.#sending;
    if (unproven + slow >= this.#doubtfulSlots) return false;
    return standing === 'unproven' || slow < this.#slowSlots;
  }

  /**
   * Attempts of slow webhooks that are too many: beyond half of all slots when nobody else can start any more, and beyond
   * what slow ones may have when new ones have been waiting since this was asked last. They began before their webhooks
   * were known to be slow.
   */
  takeExcess(): number {
    const { unproven, slow } = this.#sending;
    const newWaits = this.#newWaited || this.#lines.unproven.size > 0;
    this.#newWaited = false;
    if (newWaits && unproven + slow >= this.#doubtfulSlots) return Math.max(0, slow - this.#slowSlots);
    return this.sending < this.#slots ? 0 : Math.max(0, slow - this.#doubtfulSlots);
  }

  /** So many attempts of a webhook of that standing began (negative: ended). */
  count(standing: Standing, attempts: number): void {
    this.#sending[standing] += attempts;
  }

  /** Keeps its place if it stands there already; in no line if it has nothing to start. */
  stand(queue: WebhookQueue, canStart: boolean): void {
    const own = canStart ? queue.pace.standing : null;
    for (const standing of IN_TURN) if (standing !== own) this.#lines[standing].delete(queue);
    if (own !== null) this.#lines[own].add(queue);
  }

  /** It had its turn: others come before it does again. */
  leave(queue: WebhookQueue): void {
    for (const standing of IN_TURN) this.#lines[standing].delete(queue);
  }

  next(): WebhookQueue | undefined {
    for (let tries = 0; tries < IN_TURN.length; tries += 1) {
      const standing = IN_TURN[this.#turn] as Standing;
      this.#turn = (this.#turn + 1) % IN_TURN.length;
      if (!this.hasSlot(standing)) continue;
      for (const queue of this.#lines[standing]) return queue;
    }
    return undefined;
  }
}
