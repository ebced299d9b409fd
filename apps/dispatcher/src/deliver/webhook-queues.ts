import type { Clock } from '@sluice/service-kit/clock';
import { ClaimBudget } from './claim-budget.js';
import { HeldBytes } from './held-bytes.js';
import { type QueueShare, type QueueTerms, shareOf } from './queue-terms.js';
import { SlotLines } from './slot-lines.js';
import { WebhookQueue } from './webhook-queue.js';

/** An idle webhook's behaviour is remembered this long. */
const REMEMBERED_MS = 10 * 60_000;
const FORGET_EVERY_MS = 10_000;

/** The queues of all webhooks, and what is counted over all of them: slots in use, claimed rows, what flows. */
export class WebhookQueues {
  readonly lines: SlotLines;
  readonly claims: ClaimBudget;
  readonly bytes: HeldBytes;
  readonly #atOnce: number;
  readonly #termsOf: (webhookId: string) => QueueTerms;
  readonly #clock: Clock;
  readonly #queues = new Map<string, WebhookQueue>();
  /** What could start but for a pause or the rate limit. */
  readonly #pausing = new Set<WebhookQueue>();
  /** Of limited webhooks: places that the claim under way has given and not filled. */
  readonly #given = new Map<WebhookQueue, number>();
  #dispatchers = 1;
  #flowing = 0;
  #forgotAtMs = 0;

  constructor(
    limits: { slots: number; atOnce: number; heldBytes: number },
    termsOf: (webhookId: string) => QueueTerms,
    clock: Clock,
  ) {
    this.lines = new SlotLines(limits.slots);
    this.claims = new ClaimBudget(limits.slots);
    this.bytes = new HeldBytes(limits.heldBytes);
    this.#atOnce = limits.atOnce;
    this.#termsOf = termsOf;
    this.#clock = clock;
  }

  /** Deliveries straight from the stream whose endpoints are known to take them quickly. */
  get flowing(): number {
    return this.#flowing;
  }

  get openCircuits(): number {
    let open = 0;
    for (const { circuit } of this.#queues.values()) if (circuit.isOpen) open += 1;
    return open;
  }

  /** The webhook's queue, made if there is none. */
  of(webhookId: string): WebhookQueue {
    const now = this.#clock.monotonicMs();
    let queue = this.#queues.get(webhookId);
    if (queue === undefined) {
      queue = new WebhookQueue(webhookId, this.#shareOf(webhookId), now);
      this.#queues.set(webhookId, queue);
    }
    queue.usedAtMs = now;
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
    const isReady = queue.canStart && queue.isReady(this.#clock.monotonicMs());
    if (queue.canStart && !isReady) this.#pausing.add(queue);
    this.lines.stand(queue, isReady);
  }

  /** The webhook may have another endpoint or other limits. */
  changed(queue: WebhookQueue): void {
    const now = this.#clock.monotonicMs();
    this.change(queue, () => queue.become(this.#shareOf(queue.webhookId), now));
  }

  /** What is limited for the whole installation is shared out over so many dispatchers. */
  sharedBy(dispatchers: number): void {
    if (dispatchers === this.#dispatchers) return;
    this.#dispatchers = dispatchers;
    for (const queue of this.#queues.values()) this.changed(queue);
  }

  /** A claim begins. The last one tells whether rows of limited webhooks were left: it filled their places, or could not. */
  beginClaim(): void {
    for (const [queue, places] of this.#given) queue.behind = places === 0;
    this.#given.clear();
    this.claims.begin();
  }

  /** How many more of a webhook's pending rows could start about now. Asked once in a claim. */
  claimable(webhookId: string): number {
    const standing = this.#queues.get(webhookId)?.pace.standing ?? 'unproven';
    if (standing !== 'proven' && !this.lines.hasSlot(standing)) {
      this.lines.missed(standing);
      return 0;
    }
    if (!this.bytes.mayClaim(standing)) return 0;
    const queue = this.of(webhookId);
    const places = this.claims.grant(webhookId, standing, queue.claimable(this.#clock.monotonicMs()));
    if (queue.isLimited && places > 0) this.#given.set(queue, places);
    return places;
  }

  /** One of the places that the claim gave is filled. */
  claimed(queue: WebhookQueue): void {
    const places = this.#given.get(queue);
    if (places !== undefined) this.#given.set(queue, places - 1);
  }

  /** Lets webhooks go on whose pause is over, and forgets what has long been idle. */
  tidy(): void {
    const now = this.#clock.monotonicMs();
    for (const queue of this.#pausing) {
      if (!queue.isReady(now)) continue;
      this.#pausing.delete(queue);
      this.stand(queue);
    }
    if (now - this.#forgotAtMs < FORGET_EVERY_MS) return;
    this.#forgotAtMs = now;
    for (const [webhookId, queue] of this.#queues) {
      const idle = queue.waiting + queue.sending === 0 && !queue.circuit.isPaused(now);
      if (idle && now - queue.usedAtMs > REMEMBERED_MS) this.#queues.delete(webhookId);
    }
  }

  #shareOf(webhookId: string): QueueShare {
    return shareOf(this.#termsOf(webhookId), this.#dispatchers, this.#atOnce);
  }

  #count(queue: WebhookQueue, sign: 1 | -1): void {
    const { standing } = queue.pace;
    this.lines.count(standing, sign * queue.sending);
    this.bytes.count(queue, sign);
    this.claims.count(standing, sign * queue.claimed);
    if (standing === 'proven' && !queue.isLimited) this.#flowing += sign * queue.fromStream;
  }
}
