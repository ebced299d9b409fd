import type { Registry } from '@sluice/contracts/registry-commands';
import type { FeedChange } from '@sluice/contracts/webhook-feed';
import type { Clock } from '@sluice/service-kit/clock';
import type { Logger } from '@sluice/service-kit/logger';
import type { TimeSlices } from '../waiting/time-slices.js';
import type { IndexedWebhook } from './indexed-webhook.js';
import type { WebhookIndex } from './webhook-index.js';

/** The registry counts on it that an index older than this starts nothing (docs/architecture.md section 4, revisions). */
const LEASE_MS = 5_000;
const LONG_POLL_MS = 1_000;
const PAGE = 2_000;
/** An answer without changes that comes sooner was not waited with: it must not be asked for without end. */
const IDLE_MS = 50;
const BACKOFF_MS = { first: 100, longest: 2_000 };

export interface FollowerParts {
  registry: Pick<Registry, 'follow' | 'leave'>;
  index: WebhookIndex;
  /** This dispatcher's stable name: its lease at the registry goes by it. */
  dispatcher: string;
  clock: Clock;
  logger: Logger;
  slices: TimeSlices;
  /** Runs what changes the index as soon as no event is half matched: match/matcher.ts. */
  matcher: { change: (apply: () => void) => Promise<void> };
  /** After each answer, with the webhooks that changed. */
  changed: (webhooks: readonly IndexedWebhook[]) => void;
}

/**
 * Keeps the index at the registry's state by a long poll of its change feed. What counts for freshness is when the last
 * answered question was *sent*: the registry may have given this dispatcher up 5 s after that.
 */
export class RegistryFollower {
  readonly #parts: FollowerParts;
  #sentAtMs = Number.NEGATIVE_INFINITY;
  /** The same by the wall clock, which goes on while the machine is suspended. */
  #sentAtWallMs = Number.NEGATIVE_INFINITY;
  /** Everything has been read once. Until then the registry does not count this dispatcher, which starts nothing. */
  #wasRead = false;
  /** Somebody waits for a question that is sent after this moment. */
  #demandedMs = Number.NEGATIVE_INFINITY;
  /** When the last question was sent whose answer left nothing more to read. */
  #completeSentAtMs = Number.NEGATIVE_INFINITY;
  #dispatchers = 1;
  #fault: string | null = null;
  #stopped = false;
  #loop: Promise<void> | null = null;
  #wake: (() => void) | null = null;

  constructor(parts: FollowerParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#loop ??= this.#follow();
  }

  /** Whether attempts and intake may start: the index was read whole once and is no older than 5 s. */
  fresh(): boolean {
    if (this.#completeSentAtMs === Number.NEGATIVE_INFINITY || this.ageMs() >= LEASE_MS) return false;
    return this.#parts.clock.nowMs() - this.#sentAtWallMs < LEASE_MS;
  }

  /** Whether everything that the registry had at that moment (monotonic) is in the index. */
  completeSince(atMs: number): boolean {
    return this.#completeSentAtMs >= atMs;
  }

  /** Somebody waits for {@link completeSince} of that moment: the next question is answered at once. */
  demand(atMs: number): void {
    this.#demandedMs = Math.max(this.#demandedMs, atMs);
  }

  /** Since when, in milliseconds, the index may be behind; infinite before the first answer. */
  ageMs(): number {
    return this.#parts.clock.monotonicMs() - this.#sentAtMs;
  }

  /** How many dispatchers live, this one included, as the registry last said. */
  get dispatchers(): number {
    return this.#dispatchers;
  }

  problem(): string | null {
    if (this.fresh()) return null;
    return `the webhook index is not current${this.#fault === null ? '' : `: ${this.#fault}`}`;
  }

  /** Ends the following and tells the registry that nobody need wait for this dispatcher. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#wake?.();
    await this.#loop;
    this.#sentAtMs = Number.NEGATIVE_INFINITY;
    try {
      await this.#parts.registry.leave({ dispatcher: this.#parts.dispatcher });
    } catch (error) {
      this.#parts.logger.warn({ err: error }, 'registry.leave_failed');
    }
  }

  async #follow(): Promise<void> {
    let backoffMs = BACKOFF_MS.first;
    while (!this.#stopped) {
      try {
        await this.#page();
        this.#fault = null;
        backoffMs = BACKOFF_MS.first;
      } catch (error) {
        this.#fault = error instanceof Error ? error.message : String(error);
        this.#parts.logger.warn({ err: error, revision: this.#parts.index.revision }, 'registry.follow_failed');
        await this.#pause(backoffMs);
        backoffMs = Math.min(2 * backoffMs, BACKOFF_MS.longest);
      }
    }
  }

  async #page(): Promise<void> {
    const { registry, index, dispatcher, clock, changed } = this.#parts;
    const sentAtMs = clock.monotonicMs();
    const sentAtWallMs = clock.nowMs();
    const starting = !this.#wasRead;
    // At first there is nothing to wait for: even an empty registry's answer makes the index current.
    const isCurrent = this.#completeSentAtMs > Number.NEGATIVE_INFINITY && this.#completeSentAtMs >= this.#demandedMs;
    const waitMs = isCurrent ? LONG_POLL_MS : 0;
    const page = await registry.follow({ dispatcher, after: index.revision, waitMs, limit: PAGE, starting });
    const webhooks = await this.#apply(page.changes);
    index.reached(page.revision);
    if (starting) {
      // Only the answer to a question that counted makes the index current: from then on the registry waits for us.
      this.#wasRead = !page.more;
      changed(webhooks);
      return;
    }
    this.#sentAtMs = sentAtMs;
    this.#sentAtWallMs = sentAtWallMs;
    this.#dispatchers = page.dispatchers;
    if (!page.more) this.#completeSentAtMs = sentAtMs;
    changed(webhooks);
    const idle = page.changes.length === 0 && clock.monotonicMs() - sentAtMs < IDLE_MS;
    if (idle) await this.#pause(IDLE_MS);
  }

  /** A slice at a go: a page of thousands of filters to compile must not hold up deliveries. */
  async #apply(changes: readonly FeedChange[]): Promise<IndexedWebhook[]> {
    const { index, matcher, slices, logger } = this.#parts;
    const webhooks: IndexedWebhook[] = [];
    let next = 0;
    const applySome = (): void => {
      while (next < changes.length && (!slices.over || next === 0)) {
        const change = changes[next++] as FeedChange;
        const webhook = index.apply(change);
        if (webhook !== undefined) webhooks.push(webhook);
        if (index.unreadable.has(change.webhookId)) logger.error({ webhookId: change.webhookId }, 'filter.unreadable');
      }
    };
    while (next < changes.length) {
      await matcher.change(applySome);
      if (next < changes.length) await slices.next();
    }
    return webhooks;
  }

  #pause(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
