import { afterEach, beforeEach, expect, test } from 'vitest';
import { Claimer } from '../retry/claimer.js';
import { aDelivery, anEvent, BASE } from '../testing/samples.js';
import { anAttempt, Storage } from '../testing/storage.js';
import { endOverdue } from './end-overdue.js';
import { forgetGoneBases } from './forget-gone-bases.js';
import { forgetGoneWebhooks } from './forget-gone-webhooks.js';
import { Retention } from './retention.js';

const DAY_MS = 86_400_000;

let storage: Storage;
let retention: Retention;

beforeEach(async () => {
  storage = await Storage.open();
  retention = new Retention({ pool: storage.pool, clock: storage.clock, logger: storage.logger });
});

afterEach(() => storage.close());

const partitionsOf = async (table: string): Promise<string[]> =>
  (
    await storage.rows<{ name: string }>(
      `select inhrelid::regclass::text as name from pg_inherits where inhparent = $1::regclass order by 1`,
      [`dispatch.${table}`],
    )
  ).map(({ name }) => name.replace('dispatch.', ''));

const nowText = (): string => new Date(storage.clock.nowMs()).toISOString();
const dayName = (table: string): string => `${table}_${nowText().slice(0, 10).replaceAll('-', '')}`;

/** An event accepted now: one delivery made, one waiting. */
async function record(position: bigint) {
  const { recorder } = storage.recorder();
  const { epoch } = await recorder.take(0);
  const event = anEvent({ id: `event-${position}`, position, acceptedAt: nowText(), data: `data ${position}` });
  const origin = { kind: 'stream', epoch } as const;
  const base = { accountId: 'account-1', baseId: BASE, given: false };
  const lists = [
    { webhookId: 'read', accountId: 'account-1', payloads: [Buffer.from(`${position}`)], closes: false, pings: false },
  ];
  recorder.event(epoch, event, 2, 2, { base, transaction: Number(position), lists, notes: [] });
  recorder.settle(aDelivery({ event, webhookId: 'made', origin }), anAttempt(), { state: 'delivered' });
  recorder.park([aDelivery({ event, webhookId: 'waiting', origin })], null);
  await recorder.flushed();
  return { recorder, event };
}

test('today and the coming days have partitions; what came before they were made moves into them', async () => {
  await record(1n);
  await retention.run();
  await record(2n);

  for (const table of ['event', 'event_body', 'delivery', 'attempt', 'payload', 'rollup']) {
    expect(await partitionsOf(table)).toHaveLength(5);
    // The counts of one webhook and one hour are one row.
    expect(await storage.count(dayName(table))).toBeGreaterThanOrEqual(table === 'rollup' ? 1 : 2);
    expect(await storage.count(`${table}_default`)).toBe(0);
  }
  await retention.run();
  expect(await partitionsOf('event')).toHaveLength(5);
});

test('two dispatchers may run it at once, while others record', async () => {
  const other = new Retention({ pool: storage.pool, clock: storage.clock, logger: storage.logger });
  await Promise.all([retention.run(), other.run(), record(1n)]);
  await retention.run();
  expect(await storage.count(dayName('event'))).toBe(1);
});

test('bodies go after three days, but not those that pending deliveries need; pending rows never go', async () => {
  await retention.run();
  const { recorder, event } = await record(1n);
  const finished = anEvent({ id: 'finished', position: 2n, acceptedAt: nowText() });
  const { epoch } = await recorder.take(0);
  recorder.event(epoch, finished, 1, 1);
  const delivery = aDelivery({ event: finished, origin: { kind: 'stream', epoch } });
  recorder.settle(delivery, anAttempt(), { state: 'delivered' });
  await recorder.flushed();

  storage.clock.advance(3 * DAY_MS);
  await retention.run();
  expect(await storage.count('event_body')).toBe(2);

  storage.clock.advance(3 * DAY_MS);
  await retention.run();
  expect(await storage.count('event_body')).toBe(0);
  expect(await storage.count('kept_body')).toBe(1);
  expect(await storage.count('delivery')).toBe(2);

  const claimer = new Claimer({ pool: storage.pool, clock: storage.clock, recording: recorder });
  const capacity = { free: () => 10, total: () => 10 };
  const [claimed] = await claimer.claim(capacity);
  expect(claimed).toMatchObject({ webhookId: 'waiting', event: { data: event.data, attributes: event.attributes } });

  recorder.settle(claimed!, anAttempt(), { state: 'delivered' });
  await recorder.flushed();
  await retention.run();
  expect(await storage.count('kept_body')).toBe(0);
});

test('after thirty days the rest goes, and pending rows stay until they are ended', async () => {
  await retention.run();
  await record(1n);
  storage.clock.advance(40 * DAY_MS);
  await retention.run();
  for (const table of ['event', 'event_body', 'delivery', 'attempt']) expect(await storage.count(table)).toBe(0);
  expect([await storage.count('pending'), await storage.count('kept_body')]).toEqual([1, 1]);
  expect(await partitionsOf('event')).toHaveLength(5);
});

test('an event that is recorded long after its acceptance keeps its body while a delivery of it waits', async () => {
  await retention.run();
  const { recorder } = storage.recorder();
  const { epoch } = await recorder.take(0);
  const late = anEvent({ position: 1n, acceptedAt: new Date(storage.clock.nowMs() - 5 * DAY_MS).toISOString() });
  recorder.event(epoch, late, 1, 1);
  await recorder.flushed();
  // The delivery is under way when its day's bodies are dropped, and is parked only after.
  await retention.run();
  expect(await storage.count('event_body')).toBe(0);
  recorder.park([aDelivery({ event: late, origin: { kind: 'stream', epoch } })], null);
  await recorder.flushed();
  await retention.run();

  const claimer = new Claimer({ pool: storage.pool, clock: storage.clock, recording: recorder });
  const [claimed] = await claimer.claim({ free: () => 10, total: () => 10 });
  expect(claimed).toMatchObject({ event: { data: late.data } });
});

test('with nothing to make or drop it takes no table for itself: somebody may read them for as long as it takes', async () => {
  await retention.run();
  const reader = await storage.pool.connect();
  try {
    await reader.query('begin');
    await reader.query('set local idle_in_transaction_session_timeout = 0');
    for (const table of ['event', 'event_body', 'delivery', 'attempt', 'payload']) {
      await reader.query(`select count(*) from dispatch.${table}`);
    }
    await retention.run();
  } finally {
    reader.release(true);
  }
});

test('days that can’t be made because somebody reads the tables are made later; a start does not fail for that', async () => {
  const reader = await storage.pool.connect();
  await reader.query('begin');
  await reader.query('set local idle_in_transaction_session_timeout = 0');
  await reader.query('select count(*) from dispatch.event');
  try {
    await expect(retention.run()).rejects.toThrow('lock timeout');
    await retention.start();
    // Nothing is held meanwhile: others record, into the default partition.
    await record(1n);
    await reader.query('rollback');
  } finally {
    reader.release(true);
    await retention.stop();
  }

  expect(await storage.count('event_default')).toBe(1);
  await retention.run();
  expect(await storage.count(dayName('event'))).toBe(1);
});

test('so many rows of a day in the default partition that moving them would take long stay there', async () => {
  await storage.rows(
    `insert into dispatch.event
     select $1::date, sha256(n::text::bytea), 0, n, ''::bytea, ''::bytea, ''::bytea, ''::bytea, ''::bytea, now(), 0
     from generate_series(1, 10001) n`,
    [nowText().slice(0, 10)],
  );
  await retention.run();
  expect(await storage.count('event_default')).toBe(10_001);
  expect(await partitionsOf('event')).toHaveLength(4);
});

test('rows that came when their day had gone are deleted, and no table is locked against readers for that', async () => {
  await retention.run();
  const { recorder } = storage.recorder();
  const { epoch } = await recorder.take(0);
  const old = anEvent({ position: 1n, acceptedAt: new Date(storage.clock.nowMs() - 40 * DAY_MS).toISOString() });
  recorder.event(epoch, old, 1, 1);
  const delivery = aDelivery({ event: old, origin: { kind: 'stream', epoch } });
  recorder.settle(delivery, anAttempt(), { state: 'delivered' });
  await recorder.flushed();
  const reader = await storage.pool.connect();
  try {
    await reader.query('begin');
    await reader.query('set local idle_in_transaction_session_timeout = 0');
    await reader.query('select count(*) from dispatch.event_body');
    await retention.run();
  } finally {
    reader.release(true);
  }
  for (const table of ['event', 'event_body', 'delivery', 'attempt']) expect(await storage.count(table)).toBe(0);
});

test('a pending row whose event is older than 7 days ends, whatever its webhook does, unless it is under way', async () => {
  await record(1n);
  const { recorder } = storage.recorder();
  const { epoch } = await recorder.take(0);
  const event = anEvent({ id: 'under-way', position: 2n, acceptedAt: nowText() });
  const underWay = aDelivery({ event, webhookId: 'under way', origin: { kind: 'stream', epoch } });
  recorder.event(epoch, event, 1, 1);
  const states = () => storage.rows('select webhook_id, state, reason from dispatch.delivery order by 1');
  storage.clock.advance(7 * DAY_MS - 60_000);
  expect(await endOverdue(storage.pool, storage.clock.shiftMs)).toBe(0);

  storage.clock.advance(61_000);
  recorder.park([underWay], 'mine');
  await recorder.flushed();
  await retention.start();
  await retention.stop();
  expect(await states()).toEqual([
    { webhook_id: 'made', state: 'delivered', reason: null },
    { webhook_id: 'waiting', state: 'exhausted', reason: 'not delivered within 7 days' },
  ]);
  expect(await storage.rows('select webhook_id from dispatch.pending')).toEqual([{ webhook_id: 'under way' }]);
});

test('what ends by its age is counted and told, but not what told of something itself', async () => {
  await record(1n);
  await storage.rows(
    `insert into dispatch.pending
     select 'msg_of_the_past', webhook_id, account_id, identity, day, -1, position, accepted_at, 3, due_at, null, 'HTTP 500', created_at
     from dispatch.pending where webhook_id = 'waiting'`,
  );
  storage.clock.advance(7 * DAY_MS + 1_000);
  expect(await endOverdue(storage.pool, storage.clock.shiftMs)).toBe(2);
  const exhausted = await storage.rows('select webhook_id, exhausted, failed from dispatch.rollup where exhausted > 0');
  expect(exhausted).toEqual([{ webhook_id: 'waiting', exhausted: 2, failed: 0 }]);
  const told = await storage.rows<{ details: Buffer }>('select webhook_id, details from dispatch.operational_event');
  expect(told).toMatchObject([{ webhook_id: 'waiting' }]);
  expect(JSON.parse(told[0]!.details.toString())).toMatchObject({ attempts: 0, last_error: null });
  expect(await storage.count('webhook_health')).toBe(0);
});

test('what ends by its age counts for disabling a webhook that fails, if an attempt of it was made', async () => {
  await record(1n);
  await record(2n);
  await storage.rows("update dispatch.pending set attempt = 3, reason = 'HTTP 500' where position = 1");
  storage.clock.advance(7 * DAY_MS + 1_000);
  await storage.rows("insert into dispatch.webhook_health values ('waiting', 'account-1', now(), now(), 7, 2)");
  expect(await endOverdue(storage.pool, storage.clock.shiftMs)).toBe(2);
  const streaks = await storage.rows('select webhook_id, failures::int, exhausted::int from dispatch.webhook_health');
  expect(streaks).toEqual([{ webhook_id: 'waiting', failures: 7, exhausted: 3 }]);
});

test('hourly counts are kept for ninety days', async () => {
  await record(1n);
  storage.clock.advance(90 * DAY_MS);
  await retention.run();
  expect(await storage.count('rollup')).toBe(1);
  storage.clock.advance(DAY_MS);
  await retention.run();
  expect(await storage.count('rollup')).toBe(0);
});

test('a row that began by hand lives 7 days from then, and its body as long, whatever the age of its event', async () => {
  await retention.run();
  await record(1n);
  storage.clock.advance(6 * DAY_MS);
  await storage.rows("update dispatch.pending set begun_at = now() + $1 * interval '1 ms'", [storage.clock.shiftMs]);
  await retention.run();
  expect([await storage.count('event_body'), await storage.count('kept_body')]).toEqual([0, 1]);
  storage.clock.advance(7 * DAY_MS - 60_000);
  expect(await endOverdue(storage.pool, storage.clock.shiftMs)).toBe(0);
  await retention.run();
  expect(await storage.count('kept_body')).toBe(1);
  storage.clock.advance(61_000);
  expect(await endOverdue(storage.pool, storage.clock.shiftMs)).toBe(1);
  const ended = "select state from dispatch.delivery where webhook_id = 'waiting' and identity is not null";
  expect(await storage.rows(ended)).toEqual([{ state: 'exhausted' }]);
  // Given up once before, perhaps, and told then: this is another end.
  const told = 'select event_id from dispatch.operational_event';
  expect(await storage.rows(told)).toEqual([{ event_id: expect.stringMatching(/^delivery\.exhausted-msg_.{32}-1$/) }]);
});

test('payloads are kept for a week, and their numbers go on', async () => {
  await record(1n);
  storage.clock.advance(7 * DAY_MS);
  await record(2n);
  await retention.run();
  expect(await storage.count('payload')).toBe(2);
  storage.clock.advance(DAY_MS);
  await retention.run();
  expect(await storage.rows('select number::int from dispatch.payload')).toEqual([{ number: 2 }]);
  await record(3n);
  storage.clock.advance(9 * DAY_MS);
  await retention.run();
  await record(4n);
  expect(await storage.rows('select number::int from dispatch.payload')).toEqual([{ number: 4 }]);
});

test('what is left of a webhook goes once it is gone for certain and none of its payloads is kept', async () => {
  const { pool, clock, logger } = storage;
  await record(1n);
  await storage.rows(
    `insert into dispatch.ping_result values ('read', true, now(), 1, 0, null, false, now()), ('living', true, now(), 1, 0, null, false, now())`,
  );
  const forget = (isWebhook: (id: string) => boolean | null) => forgetGoneWebhooks({ pool, clock, logger, isWebhook });
  const left = async () => [await storage.count('payload_list'), await storage.count('ping_result')];
  // A webhook that was made a moment ago may be unknown here.
  await forget((id) => id === 'living');
  expect(await left()).toEqual([1, 2]);
  clock.advance(9 * DAY_MS);
  await retention.run();
  await forget(() => null);
  expect(await left()).toEqual([1, 2]);
  await forget((id) => id === 'read' || id === 'living');
  expect(await left()).toEqual([1, 2]);
  await forget((id) => id === 'living');
  expect(await left()).toEqual([0, 1]);
});

test('a base that is gone is forgotten, unless something of it may still be read again or the registry is away', async () => {
  const { pool, logger } = storage;
  await record(1n);
  const forget = (livingBases: Parameters<typeof forgetGoneBases>[0]['registry']['livingBases']) =>
    forgetGoneBases({ pool, logger, registry: { livingBases } });
  const there = async () => ({ baseIds: [BASE] });
  const gone = async () => ({ baseIds: [] });
  await storage.rows('update dispatch.partition set position = 1');
  await forget(gone);
  expect(await storage.count('base')).toBe(1);
  await storage.rows('update dispatch.partition set position = 2');
  await forget(there);
  await forget(() => Promise.reject(new Error('away')));
  // It came again while the registry answered.
  await forget(async () => {
    await storage.rows('update dispatch.base set last_position = last_position + 1');
    return gone();
  });
  expect(await storage.count('base')).toBe(1);
  await storage.rows('update dispatch.partition set position = 3');
  await forget(async (asked) => {
    expect(asked).toEqual({ bases: [{ accountId: 'account-1', baseId: BASE }] });
    return gone();
  });
  expect(await storage.count('base')).toBe(0);
});
