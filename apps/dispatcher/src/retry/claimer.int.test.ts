import type pg from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openDispatchPool } from '../database/dispatch-pool.js';
import type { Delivery, Verdict } from '../model/delivery.js';
import { LEASE_MS } from '../model/lease.js';
import { aDelivery, anEvent } from '../testing/samples.js';
import { anAttempt, Storage } from '../testing/storage.js';
import { StoredLanes } from '../testing/stored-lanes.js';
import { Claimer } from './claimer.js';
import type { Capacity } from './pending-deliveries.js';

let storage: Storage;

beforeEach(async () => {
  storage = await Storage.open();
});

afterEach(() => storage.close());

const room = (free: number | ((webhookId: string) => number), total: number): Capacity => ({
  free: typeof free === 'number' ? () => free : free,
  total: () => total,
});

const claimer = (maxBytes?: number, pool = storage.pool) => {
  const settled: Delivery[] = [];
  const reasons: string[] = [];
  const settle = (delivery: Delivery, _: unknown, verdict: Verdict) => {
    settled.push(delivery);
    if ('reason' in verdict) reasons.push(verdict.reason);
  };
  const recording = { settle, unwritten: new Set<string>() };
  return { claimer: new Claimer({ pool, clock: storage.clock, recording, maxBytes }), settled, reasons };
};

const countBy = <T>(items: readonly T[], key: (item: T) => string): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const item of items) counts[key(item)] = (counts[key(item)] ?? 0) + 1;
  return counts;
};

/** One event with a due row for each of the given webhooks, so many rows each; ids are made up where there are several. */
async function park(rows: Record<string, number>, account: (webhookId: string) => string = () => 'account-1') {
  const { recorder } = storage.recorder();
  const { epoch } = await recorder.take(0);
  const event = anEvent({ subject: 'ä\0', extensions: { trace: 'x' }, data: '{"n":1e400}' });
  const deliveries = Object.entries(rows).flatMap(([webhookId, count]) =>
    Array.from({ length: count }, (_, n) =>
      aDelivery({
        id: `msg_${webhookId}-${n}`,
        webhookId,
        accountId: account(webhookId),
        event,
        attempt: 3,
        origin: { kind: 'stream', epoch },
      }),
    ),
  );
  recorder.event(epoch, event, deliveries.length, deliveries.length);
  recorder.park(deliveries, null);
  await recorder.flushed();
  return { recorder, event, deliveries };
}

test('a claimed delivery is what was parked, with the event as it was, under a lease', async () => {
  const { event, deliveries } = await park({ a: 1 });
  const { claimer: mine } = claimer();
  const claimed = await mine.claim(room(1, 10));
  const origin = { kind: 'pending', lease: expect.any(String) };
  expect(claimed).toEqual([{ ...deliveries[0], event, origin }]);
  expect(await mine.claim(room(1, 10))).toEqual([]);
});

test('an outcome under the claimed lease ends the row', async () => {
  const { recorder } = await park({ a: 1 });
  const [delivery] = await claimer().claimer.claim(room(1, 10));
  recorder.settle(delivery!, anAttempt({ number: 3 }), { state: 'delivered' });
  await recorder.flushed();
  expect([await storage.count('pending'), await storage.count('delivery')]).toEqual([0, 1]);
});

test('one webhook with 10,000 due rows leaves the others their places', async () => {
  await park({ hog: 10_000, a: 3, b: 100, c: 100 });
  const claimed = await claimer().claimer.claim(room(1_000, 83));
  // a has three only; what is left of its share goes to the others.
  const counts = countBy(claimed, ({ webhookId }) => webhookId);
  expect(counts.a).toBe(3);
  expect(claimed).toHaveLength(83);
  for (const webhook of ['hog', 'b', 'c']) {
    expect(counts[webhook]).toBeGreaterThanOrEqual(25);
    expect(counts[webhook]).toBeLessThanOrEqual(28);
  }
});

test('an account with many webhooks leaves other accounts their places', async () => {
  const many = Object.fromEntries(Array.from({ length: 50 }, (_, n) => [`many-${n}`, 10]));
  await park({ ...many, single: 10 }, (webhookId) => (webhookId === 'single' ? 'small' : 'large'));
  const claimed = await claimer().claimer.claim(room(100, 10));
  expect(countBy(claimed, ({ accountId }) => accountId)).toEqual({ small: 5, large: 5 });
});

test('never more of a webhook than it has capacity, and nothing of one that has none', async () => {
  await park({ busy: 10, some: 10, none: 10 });
  const free = (webhookId: string) => ({ busy: 0, some: 4, none: 0 })[webhookId] ?? 0;
  const claimed = await claimer().claimer.claim(room(free, 100));
  expect(countBy(claimed, ({ webhookId }) => webhookId)).toEqual({ some: 4 });
  expect(await claimer().claimer.claim(room(100, 0))).toEqual([]);
});

test('claimers that run at once never get the same row, and together they get all of them', async () => {
  await park({ a: 500, b: 500, c: 500 });
  const claims = await Promise.all(Array.from({ length: 6 }, () => claimer().claimer.claim(room(400, 400))));
  let ids = claims.flat().map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  for (let left = -1; left !== 0; ) {
    const more = await claimer().claimer.claim(room(400, 400));
    left = more.length;
    ids = [...ids, ...more.map(({ id }) => id)];
  }
  expect(new Set(ids).size).toBe(1_500);
  expect(ids).toHaveLength(1_500);
});

test('a lease that nobody settled ends by the database’s clock; given back, its row is due at once', async () => {
  await park({ a: 2 });
  const { claimer: mine } = claimer();
  const [one, two] = await mine.claim(room(10, 10));
  storage.clock.advance(LEASE_MS - 10_000);
  expect(await mine.claim(room(10, 10))).toEqual([]);
  await mine.releaseLeases([one!]);
  expect((await mine.claim(room(10, 10))).map(({ id }) => id)).toEqual([one!.id]);

  storage.clock.advance(10_000);
  const again = await mine.claim(room(10, 10));
  expect(again.map(({ id }) => id)).toEqual([two!.id]);
  // The lease of old is not this row's any more.
  await mine.releaseLeases([two!]);
  expect(await mine.claim(room(10, 10))).toEqual([]);
});

test('rows come in the order of the age of their events, however often they were claimed and given back', async () => {
  const { recorder } = storage.recorder();
  const { epoch } = await recorder.take(0);
  // The younger ones first: the order in which they were parked says nothing.
  for (let age = 1; age <= 6; age += 1) {
    const acceptedAt = new Date(Date.now() - age * 1_000).toISOString();
    const event = anEvent({ position: BigInt(age), id: `event-${age}`, acceptedAt });
    recorder.event(epoch, event, 1, 1);
    recorder.park([aDelivery({ id: `msg_${age}`, event, origin: { kind: 'stream', epoch } })], null);
    await recorder.flushed();
  }
  const { claimer: mine } = claimer();
  const claim = async (rows: number) => {
    const claimed = await mine.claim(room(rows, rows));
    return { claimed, ids: claimed.map(({ id }) => id) };
  };
  const { claimed, ids } = await claim(4);
  expect(ids).toEqual(['msg_6', 'msg_5', 'msg_4', 'msg_3']);
  recorder.park(claimed.slice(0, 2), null);
  await recorder.flushed();
  await mine.releaseLeases(claimed.slice(2));
  expect((await claim(6)).ids).toEqual(['msg_6', 'msg_5', 'msg_4', 'msg_3', 'msg_2', 'msg_1']);
});

test('a row is claimed when it is due and not before', async () => {
  const { recorder } = await park({ a: 1 });
  const { claimer: mine } = claimer();
  const [delivery] = await mine.claim(room(10, 10));
  recorder.settle(delivery!, anAttempt({ number: 3, status: 503 }), { state: 'pending', dueInMs: 300_000 });
  await recorder.flushed();
  storage.clock.advance(290_000);
  expect(await mine.claim(room(10, 10))).toEqual([]);
  storage.clock.advance(11_000);
  expect((await mine.claim(room(10, 10))).map(({ attempt }) => attempt)).toEqual([4]);
});

test('every webhook gets its turn, also with more webhooks than one claim looks at', async () => {
  const rows = Object.fromEntries(Array.from({ length: 6_000 }, (_, n) => [`w${String(n).padStart(5, '0')}`, 1]));
  await park(rows);
  const { claimer: mine } = claimer();
  const seen = new Set<string>();
  for (let claims = 0; claims < 20 && seen.size < 6_000; claims += 1) {
    for (const { webhookId } of await mine.claim(room(1, 1_000))) seen.add(webhookId);
  }
  expect(seen.size).toBe(6_000);
});

test('copies of an event in two partitions keep their own bytes, whichever is recorded first', async () => {
  const { recorder } = storage.recorder();
  for (const partition of [0, 1]) {
    const { epoch } = await recorder.take(partition);
    const event = anEvent({ partition, position: 7n, data: `copy in ${partition}` });
    recorder.event(epoch, event, 1, 1);
    const webhookId = `webhook-${partition}`;
    recorder.park([aDelivery({ event, webhookId, origin: { kind: 'stream', epoch } })], null);
  }
  await recorder.flushed();
  const claimed = await claimer().claimer.claim(room(10, 10));
  const events = claimed.filter((delivery) => delivery.kind === 'event');
  const bytes = Object.fromEntries(events.map(({ webhookId, event }) => [webhookId, String(event.data)]));
  expect(bytes).toEqual({ 'webhook-0': 'copy in 0', 'webhook-1': 'copy in 1' });
});

/** The ids of a claimed delivery and of those that may follow it in its lane. */
function line(claimed: Delivery | undefined): string[] {
  if (claimed?.kind !== 'event') return [];
  return [claimed.id, ...line(claimed.lane?.next ?? undefined)];
}

test('of a lane the head is claimed, with some that stand behind it and may follow under its lease', async () => {
  const lanes = await StoredLanes.open(storage);
  lanes.park('a', ...Array.from({ length: 20 }, (_, at) => BigInt(at + 1)));
  lanes.park('b', 21n, 22n);
  await lanes.recorder.flushed();
  const { claimer: mine } = claimer();
  const claimed = await mine.claim(room(10, 10));
  const lines = claimed.map(line).sort();
  expect(lines).toEqual([Array.from({ length: 16 }, (_, at) => `a${at + 1}`), ['b21', 'b22']]);
  const [head] = claimed;
  expect(head).toMatchObject({ origin: { lease: expect.any(String) }, lane: { claimedAtMs: expect.any(Number) } });
  const next = head?.kind === 'event' ? head.lane?.next : null;
  expect(next?.origin).toEqual(head?.origin);
  expect(await mine.claim(room(10, 10))).toEqual([]);
  await mine.releaseLeases(claimed);
  expect((await mine.claim(room(10, 10))).map(({ id }) => id).sort()).toEqual(['a1', 'b21']);
});

test('what can’t be sent ends the line before it, and ends itself as soon as it is the head', async () => {
  const lanes = await StoredLanes.open(storage);
  lanes.park('a', 1n, 2n, 3n);
  await lanes.recorder.flushed();
  await storage.pool.query('delete from dispatch.event_body where position = 2');
  const mine = new Claimer({ pool: storage.pool, clock: storage.clock, recording: lanes.recorder });
  const [head] = await mine.claim(room(10, 10));
  expect(line(head)).toEqual(['a1']);
  lanes.recorder.settle(head!, anAttempt(), { state: 'delivered' });
  await lanes.recorder.flushed();
  expect(await mine.claim(room(10, 10))).toEqual([]);
  await lanes.recorder.flushed();
  expect(line((await mine.claim(room(10, 10)))[0])).toEqual(['a3']);
});

test('a row whose event is stored nowhere ends instead of being claimed for ever', async () => {
  await park({ a: 1, b: 1 });
  await storage.pool.query('delete from dispatch.event_body');
  const { claimer: mine, settled } = claimer();
  expect(await mine.claim(room(10, 10))).toEqual([]);
  expect(settled.map(({ webhookId }) => webhookId).sort()).toEqual(['a', 'b']);
});

test('a row whose stored event can’t be read ends, and the others of the claim are claimed', async () => {
  const { recorder } = storage.recorder();
  const { epoch } = await recorder.take(0);
  for (const position of [1n, 2n]) {
    const event = anEvent({ position, id: `event-${position}` });
    recorder.event(epoch, event, 1, 1);
    recorder.park([aDelivery({ event, webhookId: `webhook-${position}`, origin: { kind: 'stream', epoch } })], null);
  }
  await recorder.flushed();
  await storage.pool.query(`update dispatch.event_body set headers = '{"from":"another version"}'::bytea
    where identity = (select identity from dispatch.pending where webhook_id = 'webhook-1')`);
  const { claimer: mine, settled, reasons } = claimer();
  expect((await mine.claim(room(10, 10))).map(({ webhookId }) => webhookId)).toEqual(['webhook-2']);
  expect(settled.map(({ webhookId }) => webhookId)).toEqual(['webhook-1']);
  expect(reasons).toEqual([expect.stringContaining("can't be read")]);
});

test('a claim that fails after it got its rows gives them back, also when its answer was lost', async () => {
  await park({ a: 2 });
  const faults = new Set<string>();
  const pool = openDispatchPool(storage.url, 2);
  const send = pool.query.bind(pool) as (statement: pg.QueryConfig | string, values?: unknown[]) => Promise<unknown>;
  const query = async (statement: pg.QueryConfig | string, values?: unknown[]) => {
    const answer = await send(statement, values);
    if (typeof statement !== 'string' && faults.delete(statement.name ?? ''))
      throw new Error('terminated unexpectedly');
    return answer;
  };
  Object.assign(pool, { query });
  try {
    const { claimer: mine } = claimer(undefined, pool);
    for (const statement of ['dispatch-load-bodies', 'dispatch-claim']) {
      faults.add(statement);
      await expect(mine.claim(room(10, 10))).rejects.toThrow('terminated');
      const claimed = await mine.claim(room(10, 10));
      expect(claimed).toHaveLength(2);
      await mine.releaseLeases(claimed);
    }
  } finally {
    await pool.end();
  }
});

test('a delivery whose event is older than 7 days ends when it is claimed', async () => {
  await park({ a: 1 });
  const { claimer: mine, settled, reasons } = claimer();
  storage.clock.advance(7 * 86_400_000 - 60_000);
  const [claimed] = await mine.claim(room(10, 10));
  await mine.releaseLeases([claimed!]);
  storage.clock.advance(61_000);
  expect(await mine.claim(room(10, 10))).toEqual([]);
  expect([settled.length, reasons]).toEqual([1, ['not delivered within 7 days']]);
});

test('a delivery whose outcome waits to be written is not claimed again, though its lease is over', async () => {
  const { recorder } = await park({ a: 1 });
  const mine = new Claimer({ pool: storage.pool, clock: storage.clock, recording: recorder });
  const [delivery] = await mine.claim(room(10, 10));
  const blocker = await storage.pool.connect();
  try {
    await blocker.query('begin');
    await blocker.query('lock table dispatch.delivery in access exclusive mode');
    recorder.settle(delivery!, anAttempt({ number: 3 }), { state: 'delivered' });
    const written = recorder.flushed();
    storage.clock.advance(LEASE_MS + 1_000);
    expect(await mine.claim(room(10, 10))).toEqual([]);
    await blocker.query('rollback');
    await written;
  } finally {
    blocker.release();
  }
  expect([await storage.count('pending'), await storage.count('delivery')]).toEqual([0, 1]);
  expect(recorder.unwritten.size).toBe(0);
});

/** So many webhooks that have a row, with ids that come before those of others. */
const rowsOf = (webhooks: number, dueIn: string) =>
  storage.pool.query(
    `insert into dispatch.pending
       (id, webhook_id, account_id, identity, day, partition, position, accepted_at, attempt, due_at, lease, reason, created_at)
     select 'x' || $2 || n, '-' || md5(n::text), 'account-x', sha256(n::text::bytea), current_date, 0, n, now(), 2,
       now() + $2::interval, null, null, now()
     from generate_series(1, $1) n`,
    [webhooks, dueIn],
  );

test('a due row is found at once beside any number of webhooks whose rows are not due', async () => {
  await rowsOf(20_000, '1 hour');
  await park({ late: 1 });
  const { claimer: mine } = claimer();
  expect((await mine.claim(room(10, 10))).map(({ webhookId }) => webhookId)).toEqual(['late']);
});

test('a row that became due just now is found at once beside any backlog that can’t be sent', async () => {
  await rowsOf(20_000, '-1 hour');
  await park({ late: 1 });
  const { claimer: mine } = claimer();
  const free = (webhookId: string) => (webhookId === 'late' ? 1 : 0);
  expect((await mine.claim(room(free, 10))).map(({ webhookId }) => webhookId)).toEqual(['late']);
});

/** So many webhooks that have a ping. */
const pingsOf = (webhooks: number, dueIn: string, prefix: string) =>
  storage.pool.query(
    `insert into dispatch.ping (webhook_id, account_id, attempt, due_at, lease, again, created_at)
     select $3 || md5(n::text), 'account-p', 1, now() + $2::interval, null, false, now() from generate_series(1, $1) n`,
    [webhooks, dueIn, prefix],
  );

test('pings are claimed in the same round as deliveries of events, and share the places with them', async () => {
  await pingsOf(50, '-1 second', 'ach');
  await park({ a: 100, b: 100 });
  const claimed = await claimer().claimer.claim(room(1_000, 60));
  expect(countBy(claimed, ({ kind }) => kind)).toEqual({ event: 30, ping: 30 });
  expect(new Set(claimed.map(({ webhookId }) => webhookId)).size).toBe(32);
  const none = (webhookId: string) => (webhookId.startsWith('ach') ? 0 : 1);
  expect(countBy(await claimer().claimer.claim(room(none, 60)), ({ kind }) => kind)).toEqual({ event: 2 });
});

test('a ping gets its turn beside any backlog of others that can’t be sent', async () => {
  await rowsOf(3_000, '-1 hour');
  await pingsOf(3_000, '-2 hours', 'ach');
  await pingsOf(3_000, '-1 minute', 'zzz');
  await pingsOf(1, '-90 minutes', 'last');
  const { claimer: mine } = claimer();
  const free = (webhookId: string) => (webhookId.startsWith('last') ? 1 : 0);
  const claimed: Delivery[] = [];
  for (let claims = 0; claims < 5; claims += 1) claimed.push(...(await mine.claim(room(free, 10))));
  expect(claimed).toMatchObject([{ kind: 'ping', attempt: 1 }]);
});

test('pings that are given back are due at once', async () => {
  await pingsOf(3, '-1 second', 'ach');
  const { claimer: mine } = claimer();
  const [first] = await mine.claim(room(1, 1));
  await mine.releaseLeases([first!]);
  expect(await mine.claim(room(1, 10))).toHaveLength(3);
});

test('capacity is asked for each webhook once in a claim', async () => {
  await park({ hog: 3_000, other: 1 });
  const asked: string[] = [];
  const free = (webhookId: string) => asked.push(webhookId);
  await claimer().claimer.claim(room(free, 10));
  expect(asked.sort()).toEqual(['hog', 'other']);
});

test('the events of one claim are bounded in bytes: the rows of the others stay due', async () => {
  const { recorder } = storage.recorder();
  const { epoch } = await recorder.take(0);
  const data = 'x'.repeat(20_000);
  for (let position = 1n; position <= 5n; position += 1n) {
    const event = anEvent({ position, id: `big-${position}`, data });
    recorder.event(epoch, event, 1, 1);
    recorder.park([aDelivery({ event, origin: { kind: 'stream', epoch } })], null);
  }
  await recorder.flushed();
  const { claimer: mine } = claimer(65_000);
  expect(await mine.claim(room(10, 10))).toHaveLength(3);
  expect(await mine.claim(room(10, 10))).toHaveLength(2);
});
