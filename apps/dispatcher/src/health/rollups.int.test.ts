import { afterEach, beforeEach, expect, test } from 'vitest';
import { openDispatchPool } from '../database/dispatch-pool.js';
import type { EventDelivery, Verdict } from '../model/delivery.js';
import type { Recorder } from '../record/recorder.js';
import { aDelivery, anEvent, aPing } from '../testing/samples.js';
import { anAttempt, Storage } from '../testing/storage.js';
import { clientsThat, unanswered } from '../testing/watched-client.js';
import { bucketOf } from './latency-histogram.js';
import { writeHealth } from './write-health.js';

let storage: Storage;

beforeEach(async () => {
  storage = await Storage.open();
});

afterEach(() => storage.close());

const WEBHOOKS = ['a', 'b', 'c', 'd', 'e'];
const LATENCIES = [0.5, 3, 60, 700, 19_000];

/** Counts by webhook, and of all attempts by bucket of their latency. */
class Counts {
  readonly counts = new Map<string, number>();

  add(webhookId: string, what: string): void {
    const name = `${webhookId} ${what}`;
    this.counts.set(name, (this.counts.get(name) ?? 0) + 1);
  }

  attempt(webhookId: string, latencyMs: number, succeeded: boolean): void {
    this.add(webhookId, succeeded ? 'succeeded' : 'failed');
    this.add(webhookId, `bucket ${bucketOf(latencyMs)}`);
  }

  get sorted(): [string, number][] {
    return [...this.counts].sort(([one], [other]) => (one < other ? -1 : 1));
  }
}

async function recorded(): Promise<[string, number][]> {
  const found = new Counts();
  const rows = await storage.rows<Record<string, number | string>>('select * from dispatch.rollup');
  for (const { webhook_id, day, hour, account_id, touched_at, ...counts } of rows) {
    expect(account_id).toBe('account-1');
    Object.entries(counts).forEach(([column, count], index) => {
      const name = column.startsWith('ms_') ? `bucket ${index - 5}` : column;
      if (Number(count) > 0) found.counts.set(`${webhook_id} ${name}`, Number(count));
    });
  }
  return found.sorted;
}

/** Numbers that look random and are the same at each run. */
function* drawing(seed: number): Generator<number, number> {
  for (let state = seed; ; ) {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    yield state / 2 ** 31;
  }
}

/** Settles deliveries of a partition in every way there is, and counts them into `expected`. */
async function settleAll(recorder: Recorder, partition: number, expected: Counts): Promise<void> {
  const { epoch } = await recorder.take(partition);
  const draws = drawing(7 + partition);
  const draw = (below: number): number => Math.floor(draws.next().value * below);
  for (let position = 1n; position <= 60n; position += 1n) {
    const event = anEvent({ partition, position, id: `event-${partition}-${position}` });
    recorder.event(epoch, event, WEBHOOKS.length, WEBHOOKS.length);
    for (const webhookId of WEBHOOKS) {
      const delivery = aDelivery({ event, webhookId, origin: { kind: 'stream', epoch } });
      const latencyMs = LATENCIES[draw(LATENCIES.length)]!;
      const leased: EventDelivery = { ...delivery, origin: { kind: 'pending', lease: 'mine' } };
      const made = anAttempt({ latencyMs, status: 500 });
      switch (draw(6)) {
        case 0:
          recorder.park([delivery], null);
          break;
        case 1:
          recorder.settle(delivery, null, { state: 'cancelled', reason: 'the webhook was deleted' });
          expected.add(webhookId, 'cancelled');
          break;
        case 2:
          recorder.settle(delivery, made, { state: 'exhausted', reason: '1 attempts failed' });
          expected.attempt(webhookId, latencyMs, false);
          expected.add(webhookId, 'exhausted');
          break;
        case 3: {
          // Under way when it was parked; its outcome counts under the lease, and once.
          recorder.park([delivery], 'mine');
          if (draw(2) === 0) await recorder.flushed();
          recorder.settle(leased, made, { state: 'pending', dueInMs: 60_000 });
          recorder.settle({ ...leased }, made, { state: 'pending', dueInMs: 60_000 });
          expected.attempt(webhookId, latencyMs, false);
          break;
        }
        case 4:
          recorder.settle({ ...delivery, origin: { kind: 'pending', lease: 'lost' } }, made, { state: 'delivered' });
          recorder.park([delivery], null);
          break;
        default:
          recorder.settle(delivery, anAttempt({ latencyMs }), { state: 'delivered' });
          expected.attempt(webhookId, latencyMs, true);
          expected.add(webhookId, 'delivered');
      }
    }
    if (draw(8) === 0) await recorder.flushed();
  }
  await recorder.flushed();
}

test('two dispatchers that record for the same webhooks count every outcome once, also when commits go unanswered', async () => {
  let commits = 0;
  let swallowed = 0;
  const Unanswering = clientsThat((statement, send) => {
    if (statement !== 'commit') return send();
    commits += 1;
    if (commits % 3 !== 0) return send();
    swallowed += 1;
    return send().then(unanswered);
  });
  const expected = new Counts();
  const recorders = [0, 1].map(
    () => storage.recorder({ pool: openDispatchPool(storage.url, 3, { Client: Unanswering }) }).recorder,
  );
  await Promise.all(recorders.map((recorder, partition) => settleAll(recorder, partition, expected)));
  expect(swallowed).toBeGreaterThan(3);
  expect(await recorded()).toEqual(expected.sorted);
});

test('what an epoch that was taken over hands in is not counted', async () => {
  const { recorder: former } = storage.recorder();
  const { epoch } = await former.take(0);
  const { recorder: heir } = storage.recorder();
  await heir.take(0);
  const zombie = aDelivery({ origin: { kind: 'stream', epoch } });
  former.event(epoch, zombie.event, 1, 1);
  former.settle(zombie, anAttempt(), { state: 'delivered' });
  await former.flushed();
  expect(await recorded()).toEqual([]);
});

test('pings are counted under their lease', async () => {
  const { recorder } = storage.recorder();
  await storage.pool.query(
    `insert into dispatch.ping (webhook_id, account_id, attempt, due_at, lease, again, created_at)
     values ('told', 'account-1', 1, now(), 'lease', false, now()), ('lost', 'account-1', 1, now(), 'theirs', false, now())`,
  );
  const settle = (webhookId: string, verdict: Verdict): void =>
    recorder.settle(aPing({ id: webhookId, webhookId }), anAttempt({ latencyMs: 3 }), verdict);
  settle('told', { state: 'delivered' });
  settle('lost', { state: 'delivered' });
  await recorder.flushed();
  expect(await recorded()).toEqual([
    ['told bucket 2', 1],
    ['told delivered', 1],
    ['told succeeded', 1],
  ]);
  expect(await storage.count('webhook_health')).toBe(0);
});

test('each hour has counts of its own', async () => {
  const { recorder } = storage.recorder();
  const { epoch } = await recorder.take(0);
  for (const position of [1n, 2n, 3n]) {
    const event = anEvent({ position, id: `event-${position}` });
    recorder.event(epoch, event, 1, 1);
    recorder.settle(aDelivery({ event, origin: { kind: 'stream', epoch } }), anAttempt(), { state: 'delivered' });
    await recorder.flushed();
    if (position === 2n) storage.clock.advance(3_600_000);
  }
  const rows = await storage.rows<{ hour: Date; delivered: number }>(
    'select hour, delivered from dispatch.rollup order by hour',
  );
  expect(rows.reduce((sum, { delivered }) => sum + delivered, 0)).toBe(3);
  expect(rows.at(-1)).toMatchObject({ delivered: 1 });
  for (const { hour } of rows) expect(hour.getTime() % 3_600_000).toBe(0);
});

test('successes of webhooks that fare well cost one statement, whatever else two, and what has no outcome none', async () => {
  const statements: string[] = [];
  const Counting = clientsThat((statement, send) => {
    if (['dispatch-add-to-rollups', 'dispatch-step-streaks'].includes(statement)) statements.push(statement);
    return send();
  });
  const { recorder } = storage.recorder({ pool: openDispatchPool(storage.url, 3, { Client: Counting }) });
  const { epoch } = await recorder.take(0);
  let position = 0n;
  const statementsFor = async (settle: (delivery: EventDelivery) => void): Promise<number> => {
    statements.length = 0;
    for (const webhookId of WEBHOOKS) {
      position += 1n;
      const event = anEvent({ position, id: `event-${position}` });
      recorder.event(epoch, event, 1, 1);
      settle(aDelivery({ event, webhookId, origin: { kind: 'stream', epoch } }));
    }
    await recorder.flushed();
    return statements.length;
  };
  const succeeds = (delivery: EventDelivery) => recorder.settle(delivery, anAttempt(), { state: 'delivered' });
  const fails = (delivery: EventDelivery) =>
    recorder.settle(delivery, anAttempt({ status: 500 }), { state: 'pending', dueInMs: 60_000 });
  const isGivenUp = (delivery: EventDelivery) =>
    recorder.settle(delivery, anAttempt({ status: 500 }), { state: 'exhausted', reason: '1 attempts failed' });
  expect(await statementsFor((delivery) => recorder.park([delivery], null))).toBe(0);
  expect(await statementsFor(succeeds)).toBe(1);
  expect(await statementsFor(fails)).toBe(2);
  expect(await statementsFor(isGivenUp)).toBe(2);
  expect(await statementsFor(succeeds)).toBe(2);
});

test('a streak goes on over transactions, ends with a success, and begins anew with what fails after it', async () => {
  const { recorder } = storage.recorder();
  const { epoch } = await recorder.take(0);
  let position = 0n;
  const settle = (succeeded: boolean): void => {
    position += 1n;
    const event = anEvent({ position, id: `event-${position}` });
    const delivery = aDelivery({ event, origin: { kind: 'stream', epoch } });
    recorder.event(epoch, event, 1, 1);
    if (succeeded) recorder.settle(delivery, anAttempt(), { state: 'delivered' });
    else recorder.settle(delivery, anAttempt({ status: 500 }), { state: 'exhausted', reason: '1 attempts failed' });
  };
  const streak = async () => {
    await recorder.flushed();
    const rows = await storage.rows<{ failures: number; exhausted: number; minutes: number }>(
      `select failures::int, exhausted::int, recovered_at is null as failing,
         round(extract(epoch from now() + $1::float8 * interval '1 millisecond' - failing_since) / 60)::int as minutes
       from dispatch.webhook_health`,
      [storage.clock.shiftMs],
    );
    return rows[0];
  };
  settle(true);
  expect(await streak()).toBeUndefined();
  settle(false);
  settle(false);
  expect(await streak()).toEqual({ failures: 2, exhausted: 2, failing: true, minutes: 0 });
  storage.clock.advance(600_000);
  settle(false);
  expect(await streak()).toEqual({ failures: 3, exhausted: 3, failing: true, minutes: 10 });
  await storage.pool.query('update dispatch.webhook_health set told_since = failing_since');
  for (const succeeded of [false, true, false, false]) settle(succeeded);
  expect(await streak()).toEqual({ failures: 2, exhausted: 2, failing: false, minutes: 0 });
  settle(true);
  expect(await streak()).toEqual({ failures: 0, exhausted: 0, failing: false, minutes: null });
});

test('transactions about the same webhooks in opposite orders never wait in a circle', async () => {
  const ids = Array.from({ length: 1_000 }, (_, number) => `webhook-${String(number).padStart(3, '0')}`);
  const outcome = (webhookId: string, round: number) => ({
    webhookId,
    accountId: 'account-1',
    attempt: anAttempt(),
    verdict: round % 3 === 0 ? ({ state: 'delivered' } as const) : ({ state: 'pending', dueInMs: 1 } as const),
    ended: round % 3 === 0,
    ofStreak: true,
  });
  const rounds = async (order: readonly string[]): Promise<void> => {
    const client = await storage.pool.connect();
    try {
      for (let round = 0; round < 10; round += 1) {
        await client.query('begin');
        await writeHealth(
          client,
          order.map((id) => outcome(id, round)),
          [],
          0,
        );
        await client.query('commit');
      }
    } finally {
      client.release(true);
    }
  };
  await expect(Promise.all([ids, ids.toReversed(), ids].map(rounds))).resolves.toBeDefined();
});
