import type { Clock } from '@sluice/service-kit/clock';
import { ClaimBudget } from './claim-budget.js';
import { SlotLines } from './slot-lines.js';
import { FIRST_WINDOW, WebhookQueue } from './webhook-queue.js';

/** An idle webhook's behaviour is remembered this long. */
const REMEMBERED_MS = 10 * 60_000;
const FORGET_EVERY_MS = 10_000;
/** The part of what an endpoint takes in half a second that is claimed at a time: claims come many a second. */
const CLAIMED_OF_RECENT = 0.5;

/** The queues of all webhooks, and what is counted over all of them: slots in use, claimed rows, what flows. */
export class WebhookQueues {
  readonly lines: SlotLines;
  readonly claims: ClaimBudget;
  readonly #atOnce: number;
  readonly #clock: Clock;
  readonly #queues = new Map<string, WebhookQueue>();
  readonly #pausing = new Set<WebhookQueue>();
  #flowing = 0;
  #forgotAtMs = 0;

  constructor(limits: { slots: number; atOnce: number }, clock: Clock) {
    this.lines = new SlotLines(limits.slots);
    this.claims = new ClaimBudget(limits.slots);
    this.#atOnce = limits.atOnce;
    this.#clock = clock;
  }

  /** Deliveries straight from the stream whose endpoints are known to take them quickly. */
  get flowing(): number {
    return this.#flowing;
  }

  /** The webhook's queue, made if there is none. */
  of(webhookId: string): WebhookQueue {
    let queue = this.#queues.get(webhookId);
    if (queue === undefined) {
      queue = new WebhookQueue(webhookId, this.#atOnce);
      this.#queues.set(webhookId, queue);
    }
    queue.usedAtMs = this.#clock.monotonicMs();
    return queue;
  }

  known(webhookId: string): WebhookQueue | undefined {
    return this.#queues.get(webhookId);
  }

  /** Whatever changes a queue's numbers or its standing happens in here, so that the sums over all queues keep right. */
  change(queue: WebhookQueue, change: () => void): void {
    this.#count(queue, -1);
    change();
    this.#count(queue, 1);
    this.stand(queue);
  }

  /** In the line that it belongs to now. */
  stand(queue: WebhookQueue): void {
    const paused = queue.pausedUntilMs > this.#clock.monotonicMs();
    if (queue.canStart && paused) this.#pausing.add(queue);
    this.lines.stand(queue, queue.canStart && !paused);
  }

  /** How many more of a webhook's pending rows could start about now. Asked once in a claim. */
  claimable(webhookId: string): number {
    const queue = this.#queues.get(webhookId);
    const standing = queue?.pace.standing ?? 'unproven';
    if (standing !== 'proven' && !this.lines.hasSlot(standing)) return 0;
    if (standing !== 'slow' && this.claims.forOthers === 0) return 0;
    if (queue === undefined) return 2 * FIRST_WINDOW;
    const now = this.#clock.monotonicMs();
    if (queue.pausedUntilMs > now) return 0;
    const held = queue.sending + queue.waiting;
    if (standing === 'slow') return held < queue.window && this.claims.grantsSlow(webhookId) ? 1 : 0;
    const soon = Math.max(2 * queue.window, Math.floor(queue.pace.recent(now) * CLAIMED_OF_RECENT));
    return Math.max(0, soon - held);
  }

  /** Lets webhooks go on whose pause is over, and forgets what has long been idle. */
  tidy(): void {
    const now = this.#clock.monotonicMs();
    for (const queue of this.#pausing) {
      if (queue.pausedUntilMs > now) continue;
      this.#pausing.delete(queue);
      this.stand(queue);
    }
    if (now - this.#forgotAtMs < FORGET_EVERY_MS) return;
    this.#forgotAtMs = now;
    for (const [webhookId, queue] of this.#queues) {
      const idle = queue.waiting + queue.sending === 0 && queue.pausedUntilMs <= now;
      if (idle && now - queue.usedAtMs > REMEMBERED_MS) this.#queues.delete(webhookId);
    }
  }

  #count(queue: WebhookQueue, sign: 1 | -1): void {
    const { standing } = queue.pace;
    this.lines.count(standing, sign * queue.sending);
    this.claims.count(standing === 'slow', sign * queue.claimed);
    if (standing === 'proven') this.#flowing += sign * queue.fromStream;
  }
}
