import { type OperationalType, operationalEvents } from '@sluice/contracts/operational-events';
import type { FilterWebhook } from '@sluice/contracts/webhook-feed';
import type { Answer } from '@sluice/testing/receiver';
import { expect, vi } from 'vitest';
import { DispatcherUnderTest } from './dispatcher-under-test.js';

const PATIENCE = { timeout: 40_000, interval: 50 };

/** A dispatcher with endpoints whose answers a test chooses, and what was told of them. */
export class OperationalUnderTest {
  readonly #answers = new Map<string, Answer>();

  private constructor(readonly sluice: DispatcherUnderTest) {
    sluice.receiver.answer(({ path }) => this.#answers.get(path) ?? { status: 200 });
  }

  static async create(): Promise<OperationalUnderTest> {
    return new OperationalUnderTest(await DispatcherUnderTest.create());
  }

  /** A webhook of a type of its own, unless said otherwise. */
  webhook(id: string, answer: Answer, webhook: Partial<FilterWebhook> = {}): FilterWebhook {
    this.answer(id, answer);
    return this.sluice.webhook({ id, eventType: id, ...webhook });
  }

  answer(id: string, answer: Answer): void {
    this.#answers.set(`/${id}`, answer);
  }

  /** One that wants to be told, at an endpoint that takes everything. */
  watcher(eventType: OperationalType, webhook: Partial<FilterWebhook> = {}): FilterWebhook {
    const id = `watcher-of-${eventType}`;
    return this.webhook(webhook.id ?? id, { status: 200 }, { eventType, ...webhook });
  }

  /** What arrived at a watcher, in the order in which it did; each is what the catalogue says of its type. */
  toldTo({ id, eventType }: FilterWebhook): Record<string, unknown>[] {
    const { data } = operationalEvents[eventType as OperationalType];
    return this.sluice.receiver.arrivals
      .filter(({ path }) => path === `/${id}`)
      .map(({ body }) => data.parse(JSON.parse(body.toString())));
  }

  /** Resolves when it was told so often; what was told. */
  async told(watcher: FilterWebhook, times: number): Promise<Record<string, unknown>[]> {
    await vi.waitFor(() => expect(this.toldTo(watcher).length).toBeGreaterThanOrEqual(times), PATIENCE);
    return this.toldTo(watcher);
  }

  /**
   * Lets attempts of all pending deliveries of these webhooks be made, as if the time went by in which they become due: until
   * each has made so many, or has ended.
   */
  async attempts(webhookIds: readonly string[], made = Number.POSITIVE_INFINITY): Promise<void> {
    const { sluice } = this;
    for (;;) {
      const open = await vi.waitFor(async () => {
        const rows = await sluice.rows<{ attempt: number; due_in: number }>(
          `select attempt, (extract(epoch from due_at - now()) * 1000)::float8 - $2::float8 as due_in
           from dispatch.pending where webhook_id = any($1)`,
          [webhookIds, sluice.clock.shiftMs],
        );
        const open = rows.filter(({ attempt }) => attempt <= made);
        // Those that are under way are due when their leases are over, and nobody waits for that.
        expect(open.filter(({ due_in }) => due_in <= 0)).toEqual([]);
        expect(await this.#underWay(webhookIds)).toBe(0);
        return open;
      }, PATIENCE);
      if (open.length === 0) return;
      sluice.clock.advance(Math.max(...open.map(({ due_in }) => due_in)) + 1_000);
    }
  }

  /** How many deliveries to these webhooks wait for an attempt. */
  async pending(webhookIds: readonly string[]): Promise<number> {
    return (await this.sluice.rows('select from dispatch.pending where webhook_id = any($1)', [webhookIds])).length;
  }

  async #underWay(webhookIds: readonly string[]): Promise<number> {
    const leased = 'select from dispatch.pending where webhook_id = any($1) and lease is not null';
    return (await this.sluice.rows(leased, [webhookIds])).length;
  }

  /** Resolves when so many deliveries to the webhook have ended in that state. */
  ended(webhookId: string, state: string, count: number): Promise<void> {
    return vi.waitFor(async () => {
      const rows = await this.sluice.rows('select id from dispatch.delivery where webhook_id = $1 and state = $2', [
        webhookId,
        state,
      ]);
      expect(rows).toHaveLength(count);
    }, PATIENCE);
  }

  /** Types of all that was ever to be told of the webhook. */
  async written(webhookId: string): Promise<string[]> {
    const rows = await this.sluice.rows<{ type: string }>(
      'select type from dispatch.operational_event where webhook_id = $1 order by id',
      [webhookId],
    );
    return rows.map(({ type }) => type);
  }

  /**
   * Resolves when all streaks were looked at as they are now: a webhook that was made for this has one of which something
   * follows, and is the last one in the order in which they are looked at.
   */
  async streaksWereWatched(): Promise<void> {
    const { sluice } = this;
    const { id } = sluice.webhook({ id: `zzz-${sluice.clock.shiftMs}-${Math.random()}`, eventType: 'nothing' });
    await sluice.pool.query(
      `insert into dispatch.webhook_health (webhook_id, account_id, failing_since, last_failed_at, failures, exhausted)
       values ($1, 'account-nobody', now(), now() + interval '1 hour', 4, 0)`,
      [id],
    );
    await vi.waitFor(async () => expect(await this.written(id)).toEqual(['webhook.failing']), PATIENCE);
  }

  close(): Promise<void> {
    return this.sluice.close();
  }
}
