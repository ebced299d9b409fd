import type { FilterWebhook } from '@sluice/contracts/webhook-feed';
import type { Answer, Arrival } from '@sluice/testing/receiver';
import { expect, vi } from 'vitest';
import type { DispatcherUnderTest } from './dispatcher-under-test.js';

/** How an endpoint behaves. */
export interface Manner {
  /** It takes a delivery with its attempt of this number, from 1. */
  needs: number;
  /** @param event whether it is an attempt for the first event, or for a later one. */
  answer: (attempt: number, event: 'first' | 'later') => Answer;
}

const TAKEN = { status: 200 };
/** Parked when a second is over, and under way for longer. */
const TAKEN_LATE = { ...TAKEN, delayMs: 1_400 };

export const QUICK: Manner = { needs: 1, answer: () => TAKEN };
export const FAILING: Manner = { needs: 3, answer: (attempt) => (attempt < 3 ? { status: 500 } : TAKEN) };
export const SLOW: Manner = { needs: 1, answer: () => TAKEN_LATE };
/** What comes later is recorded while the first is under way. */
export const SLOW_AT_FIRST: Manner = { needs: 1, answer: (_, event) => (event === 'first' ? TAKEN_LATE : TAKEN) };

let made = 0;

/**
 * Events of one subject, published as often as a test likes, and the one webhook that they are for: at the end everything
 * that arrived is held against what was recorded when dispatchers died.
 */
export class TwicePublished {
  readonly type = `type-${++made}`;
  readonly webhook: FilterWebhook;
  /** Of the events. */
  readonly ids: readonly string[];
  /** Attempts that arrive meanwhile are never answered. */
  hangs = false;
  #onArrival: (arrivals: number) => void = () => {};
  #ended = new Set<string>();
  #tried = new Map<string, number>();

  constructor(
    readonly sluice: DispatcherUnderTest,
    readonly manner: Manner,
    { events = 2, ...webhook }: Partial<FilterWebhook> & { events?: number } = {},
  ) {
    this.ids = Array.from({ length: events }, (_, number) => `${this.type}-${number}`);
    this.webhook = sluice.webhook({ id: `webhook-${this.type}`, eventType: this.type, ...webhook });
  }

  /** All of them, or the given ones. */
  async publish(ids: readonly string[] = this.ids): Promise<void> {
    for (const id of ids) await this.sluice.publish({ id, type: this.type, subject: this.type });
  }

  /** Calls back with the number of arrivals so far, at each of them. */
  onArrival(tell: (arrivals: number) => void): void {
    this.#onArrival = tell;
  }

  answer(arrival: Arrival): Answer {
    this.#onArrival(this.arrivals.length);
    if (this.hangs) return 'hang';
    const event = arrival.headers['ce-id'] === this.ids[0] ? 'first' : 'later';
    return this.manner.answer(this.#arrivedOf(idOf(arrival)), event);
  }

  get path(): string {
    return `/${this.webhook.id}`;
  }

  get arrivals(): Arrival[] {
    return this.sluice.receiver.arrivals.filter(({ path }) => path === this.path);
  }

  /** Nobody works any more: what is recorded as ended now must not be sent again. */
  async everybodyDied(): Promise<void> {
    this.#ended = new Set((await this.#deliveries()).map(({ id }) => id));
    this.#tried = new Map(this.arrivals.map((arrival) => [idOf(arrival), this.#arrivedOf(idOf(arrival))]));
  }

  /** Resolves when nothing is left to be done. */
  async settled(): Promise<void> {
    const nothingIsLeft = async () => {
      await this.sluice.retriesAreDue();
      expect(await this.sluice.behind()).toBe(0n);
      expect(await this.sluice.rows('select id from dispatch.pending')).toEqual([]);
    };
    await vi.waitFor(nothingIsLeft, { timeout: 40_000, interval: 50 });
  }

  /**
   * Each event has one delivery under one id, which was made, and was sent no oftener than it takes: nothing that had ended
   * when everybody died, and once more what was under way then.
   */
  async expectOnce(): Promise<void> {
    const ended = await this.#deliveries();
    const idsByEvent = new Map(this.ids.map((id) => [id, new Set<string>()]));
    for (const arrival of this.arrivals) idsByEvent.get(String(arrival.headers['ce-id']))?.add(idOf(arrival));
    expect([...idsByEvent].map(([event, ids]) => [event, ids.size])).toEqual(this.ids.map((id) => [id, 1]));
    const ids = [...idsByEvent.values()].flatMap((each) => [...each]);
    expect(ended).toEqual(ids.sort().map((id) => ({ id, state: 'delivered' })));
    const arrived = ids.map((id) => ({ id, arrivals: this.#arrivedOf(id) }));
    expect(arrived).toEqual(ids.map((id) => ({ id, arrivals: this.#expectedOf(id) })));
    const rows = await this.sluice.rows('select from dispatch.event where type = $1', [Buffer.from(this.type)]);
    expect(rows).toHaveLength(this.ids.length);
  }

  #expectedOf(id: string): number {
    const tried = this.#tried.get(id) ?? 0;
    return this.#ended.has(id) ? tried : Math.max(this.manner.needs, tried + 1);
  }

  #arrivedOf(id: string): number {
    return this.arrivals.filter((arrival) => idOf(arrival) === id).length;
  }

  #deliveries(): Promise<{ id: string; state: string }[]> {
    const text = 'select id, state from dispatch.delivery where webhook_id = $1 order by id collate "C"';
    return this.sluice.rows(text, [this.webhook.id]);
  }
}

const idOf = ({ headers }: Arrival): string => String(headers['webhook-id']);
