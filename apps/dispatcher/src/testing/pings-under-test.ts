import type { BaseWebhook } from '@sluice/contracts/webhook-feed';
import type { Answer, Arrival } from '@sluice/testing/receiver';
import { expect, vi } from 'vitest';
import { openPings, type PingResults, readPingResults } from '../record/write-pings.js';
import type { DispatcherUnderTest } from './dispatcher-under-test.js';
import { aBaseWebhook } from './samples.js';

const WAITING = { timeout: 20_000, interval: 25 };

export interface PingRow {
  attempt: number;
  lease: string | null;
  again: boolean;
  due_in: number;
}

/** Webhooks on a base and their pings, opened as the recording of a change does. */
export class PingsUnderTest {
  readonly #sluice: DispatcherUnderTest;
  readonly #answers = new Map<string, (arrival: Arrival) => Answer>();
  #made = 0;

  constructor(sluice: DispatcherUnderTest) {
    this.#sluice = sluice;
    sluice.receiver.answer((arrival) => this.#answers.get(arrival.path)?.(arrival) ?? { status: 200 });
  }

  /** A webhook whose endpoint answers so. */
  webhook(
    answer: (arrival: Arrival) => Answer = () => ({ status: 200 }),
    webhook: Partial<BaseWebhook> = {},
  ): BaseWebhook {
    const id = `ach${String(++this.#made).padStart(14, '0')}`;
    const { receiver, feed } = this.#sluice;
    const made = aBaseWebhook({ id, endpoint: receiver.url(`/${id}`), notificationsEnabled: true, ...webhook });
    this.#answers.set(`/${id}`, answer);
    feed.put(made);
    return made;
  }

  /** As when a change was recorded. */
  async open(...webhooks: readonly { id: string; accountId: string }[]): Promise<void> {
    const client = await this.#sluice.pool.connect();
    try {
      const pings = webhooks.map(({ id, accountId }) => ({ webhookId: id, accountId }));
      await openPings(client, pings, this.#sluice.clock.shiftMs);
    } finally {
      client.release();
    }
  }

  arrivals({ id }: { id: string }): Arrival[] {
    return this.#sluice.receiver.arrivals.filter(({ path }) => path === `/${id}`);
  }

  arrived(count: number, { id }: { id: string }): Promise<Arrival[]> {
    return this.#sluice.receiver.waitFor(count, ({ path }) => path === `/${id}`);
  }

  async row({ id }: { id: string }): Promise<PingRow | undefined> {
    const [row] = await this.#sluice.rows<PingRow>(
      `select attempt, lease, again,
         extract(epoch from due_at - now() - $2::float8 * interval '1 millisecond')::float8 as due_in
       from dispatch.ping where webhook_id = $1`,
      [id, this.#sluice.clock.shiftMs],
    );
    return row;
  }

  /** Waits until the ping is over. */
  async over(webhook: { id: string }): Promise<void> {
    await vi.waitFor(async () => expect(await this.row(webhook)).toBeUndefined(), WAITING);
  }

  /** Waits until it is under way. */
  async leased(webhook: { id: string }): Promise<void> {
    await vi.waitFor(async () => expect(await this.row(webhook)).toMatchObject({ lease: expect.any(String) }), WAITING);
  }

  /** Waits until it waits for this attempt. */
  async waitsFor(attempt: number, webhook: { id: string }): Promise<PingRow> {
    let row: PingRow | undefined;
    await vi.waitFor(async () => {
      row = await this.row(webhook);
      expect(row).toMatchObject({ attempt, lease: null });
    }, WAITING);
    return row as PingRow;
  }

  async result({ id }: { id: string }): Promise<PingResults | undefined> {
    return (await readPingResults(this.#sluice.pool, [id])).get(id);
  }
}
