import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { openDispatchPool } from '../database/dispatch-pool.js';
import type { Delivery } from '../model/delivery.js';
import { aDelivery, anEvent } from '../testing/samples.js';
import { anAttempt, Storage } from '../testing/storage.js';
import { StoredLanes, under } from '../testing/stored-lanes.js';
import { clientsThat, unanswered } from '../testing/watched-client.js';
import type { Recorder } from './recorder.js';

let storage: Storage;

beforeEach(async () => {
  storage = await Storage.open();
});

afterEach(() => storage.close());

function matched(recorder: Recorder, epoch: bigint, position: bigint, webhooks: string[]): Delivery[] {
  const event = anEvent({ position, id: `event-${position}` });
  recorder.event(epoch, event, webhooks.length, webhooks.length);
  return webhooks.map((webhookId) => aDelivery({ event, webhookId, origin: { kind: 'stream', epoch } }));
}

/** Hands in the same history to any recorder: every kind of fact, half of the rows claimed and settled again. */
async function history(recorder: Recorder, epoch: bigint): Promise<void> {
  for (let position = 1n; position <= 40n; position += 1n) {
    const [made, retried, parked, leased] = matched(recorder, epoch, position, ['a', 'b', 'c', 'd']);
    recorder.settle(made!, anAttempt(), { state: 'delivered' });
    recorder.settle(retried!, anAttempt({ status: 500 }), { state: 'pending', dueInMs: 60_000 });
    recorder.park([parked!], null);
    recorder.park([leased!], 'mine');
    if (position % 10n === 0n) await recorder.flushed();
    recorder.settle({ ...leased!, origin: { kind: 'pending', lease: 'mine' } }, anAttempt(), { state: 'delivered' });
  }
  await recorder.flushed();
}

async function expectHistory(): Promise<void> {
  expect(await storage.position(0)).toBe(41n);
  expect(await storage.rows('select webhook_id, count(*)::int from dispatch.delivery group by 1 order by 1')).toEqual([
    { webhook_id: 'a', count: 40 },
    { webhook_id: 'd', count: 40 },
  ]);
  expect(await storage.rows('select webhook_id, count(*)::int from dispatch.pending group by 1 order by 1')).toEqual([
    { webhook_id: 'b', count: 40 },
    { webhook_id: 'c', count: 40 },
  ]);
  expect(await storage.count('attempt')).toBe(120);
  expect([await storage.count('event'), await storage.count('event_body')]).toEqual([40, 40]);
}

test('a delivery that was sent again while the commit of its end went unanswered stays pending', async () => {
  let swallowed = 0;
  const Unanswering = clientsThat(async (statement, send) => {
    const answer = await send();
    if (statement !== 'commit' || swallowed > 0) return answer;
    swallowed += 1;
    await storage.rows(`with gone as (delete from dispatch.delivery returning *)
      insert into dispatch.pending (id, webhook_id, account_id, identity, day, partition, position, accepted_at, attempt, due_at, created_at)
      select id, webhook_id, account_id, identity, day, partition, position, now(), 2, now(), now() from gone`);
    return unanswered();
  });
  const { recorder } = storage.recorder({ pool: openDispatchPool(storage.url, 3, { Client: Unanswering }) });
  const { epoch } = await recorder.take(0);
  const [delivery, other] = matched(recorder, epoch, 1n, ['a', 'b']);
  recorder.settle(delivery!, anAttempt(), { state: 'delivered' });
  await recorder.flushed();
  expect([swallowed, await storage.count('pending'), await storage.count('delivery')]).toEqual([1, 1, 0]);
  recorder.settle(other!, anAttempt(), { state: 'delivered' });
  await recorder.flushed();
  expect([await storage.count('pending'), await storage.count('delivery')]).toEqual([1, 1]);
});

test('a batch whose commit went unanswered is written again and leaves what one writing leaves', async () => {
  let swallowed = 0;
  const Unanswering = clientsThat((statement, send) => {
    if (statement !== 'commit' || swallowed >= 3) return send();
    swallowed += 1;
    return send().then(unanswered);
  });
  const { recorder } = storage.recorder({ pool: openDispatchPool(storage.url, 3, { Client: Unanswering }) });
  const { epoch } = await recorder.take(0);
  await history(recorder, epoch);
  expect(swallowed).toBe(3);
  await expectHistory();
});

test('what another dispatcher finished between two writings of a batch does not become pending again', async () => {
  let finish: (() => Promise<void>) | null = null;
  const Unanswering = clientsThat((statement, send) => {
    if (statement !== 'commit' || finish === null) return send();
    const between = finish;
    finish = null;
    return send().then(between).then(unanswered);
  });
  const { recorder } = storage.recorder({ pool: openDispatchPool(storage.url, 3, { Client: Unanswering }) });
  const { epoch } = await recorder.take(0);
  const [parked] = matched(recorder, epoch, 1n, ['a']);
  const { recorder: other } = storage.recorder();
  finish = async () => {
    await storage.pool.query(`update dispatch.pending set lease = 'theirs'`);
    other.settle({ ...parked!, origin: { kind: 'pending', lease: 'theirs' } }, anAttempt(), { state: 'delivered' });
    await other.flushed();
  };
  recorder.park([parked!], null);
  await recorder.flushed();
  expect([await storage.count('pending'), await storage.count('delivery')]).toEqual([0, 1]);
});

test('lanes stand as after one writing when each commit that changed them went unanswered', async () => {
  let answered = true;
  const Unanswering = clientsThat((statement, send) => {
    if (statement !== 'commit') return send();
    answered = !answered;
    return answered ? send() : send().then(unanswered);
  });
  const lanes = await StoredLanes.open(storage, { pool: openDispatchPool(storage.url, 3, { Client: Unanswering }) });
  const { recorder } = lanes;
  const [a1, a2, a3] = lanes.park('a', 1n, 2n, 3n, 4n);
  await recorder.flushed();
  expect(await lanes.rows()).toEqual(['a1 due', 'a2 waits', 'a3 waits', 'a4 waits']);
  recorder.settle(await lanes.lease(a1!, 'mine'), anAttempt(), { state: 'delivered' }, true);
  await recorder.flushed();
  expect(await lanes.rows()).toEqual(['a2 mine', 'a3 waits', 'a4 waits']);
  recorder.settle(under(a2!, 'mine'), anAttempt(), { state: 'delivered' }, true);
  recorder.settle(under(a3!, 'mine'), anAttempt({ status: 500 }), { state: 'pending', dueInMs: 60_000 });
  await recorder.flushed();
  expect(await lanes.rows()).toEqual(['a3 later', 'a4 waits']);
  expect([await storage.count('delivery'), await storage.count('attempt')]).toEqual([2, 3]);
});

test('what another dispatcher ended between two writings of a batch does not stand in its lane again', async () => {
  let between: (() => Promise<void>) | null = null;
  const Unanswering = clientsThat((statement, send) => {
    if (statement !== 'commit' || between === null) return send();
    const meanwhile = between;
    between = null;
    return send().then(meanwhile).then(unanswered);
  });
  const lanes = await StoredLanes.open(storage, { pool: openDispatchPool(storage.url, 3, { Client: Unanswering }) });
  const { recorder: other } = storage.recorder();
  between = async () => {
    other.settle(await lanes.lease(lanes.delivery('a', 1n), 'theirs'), anAttempt(), { state: 'delivered' });
    await other.flushed();
  };
  lanes.park('a', 1n, 2n);
  await lanes.recorder.flushed();
  expect(await lanes.rows()).toEqual(['a2 due']);
});

test('connections killed in the middle of flushes lose nothing and double nothing', async () => {
  const pool = openDispatchPool(storage.url, 3, { application_name: 'victim' });
  let flushes = 0;
  let killed = 0;
  let recording = true;
  const observe = () => {
    flushes += 1;
  };
  const { recorder } = storage.recorder({ pool, observe });
  const { epoch } = await recorder.take(0);
  // Kills what it finds at work, then lets one transaction through.
  const killer = (async () => {
    for (let spared = -1; recording; ) {
      const gone = await storage.rows(
        `select pg_terminate_backend(pid) from pg_stat_activity
         where datname = current_database() and application_name = 'victim' and state <> 'idle' and $1`,
        [flushes > spared],
      );
      if (gone.length === 0) continue;
      killed += gone.length;
      spared = flushes;
    }
  })();
  for (let round = 0; round < 20 && killed < 10; round += 1) await history(recorder, epoch);
  recording = false;
  await killer;
  expect(killed).toBeGreaterThan(0);
  expect(recorder.problem()).toBeNull();
  await expectHistory();
});

test('one refused fact among many: the others are recorded, it becomes a dead letter, the position goes on', async () => {
  const { recorder, told } = storage.recorder();
  const { epoch } = await recorder.take(0);
  const all: Delivery[] = [];
  for (let position = 1n; position <= 100n; position += 1n) {
    // A NUL in a webhook's id, which is ours and `text`, stands for whatever PostgreSQL may refuse.
    const [delivery] = matched(recorder, epoch, position, [position === 50n ? 'bad\0id' : 'good']);
    recorder.settle(delivery!, anAttempt(), { state: 'delivered' });
    all.push(delivery!);
  }
  await recorder.flushed();

  expect(await storage.count('delivery')).toBe(99);
  expect(await storage.count('event')).toBe(100);
  expect(await storage.position(0)).toBe(101n);
  const letters = await storage.rows<{ position: string; reason: string }>(
    'select position, reason from dispatch.dead_letter',
  );
  expect(letters).toHaveLength(1);
  expect(letters[0]).toMatchObject({ position: '50', reason: expect.stringContaining('22021') });
  expect(new Set(told.deliveries)).toEqual(new Set(all));
});

test('an attempt that is refused does not take its outcome with it', async () => {
  const { recorder } = storage.recorder();
  const { epoch } = await recorder.take(0);
  const [delivery, leased] = matched(recorder, epoch, 1n, ['a', 'b']);
  recorder.settle(delivery!, anAttempt({ latencyMs: Number.NaN }), { state: 'delivered' });
  recorder.park([leased!], 'mine');
  recorder.settle({ ...leased!, origin: { kind: 'pending', lease: 'mine' } }, anAttempt({ number: 2 ** 31 }), {
    state: 'pending',
    dueInMs: Number.NaN,
  });
  await recorder.flushed();
  expect(await storage.rows('select webhook_id, state from dispatch.delivery order by 1')).toEqual([
    { webhook_id: 'a', state: 'delivered' },
    { webhook_id: 'b', state: 'exhausted' },
  ]);
  expect([await storage.count('attempt'), await storage.count('pending')]).toEqual([0, 0]);
});

test('an event that is refused becomes a dead letter, and those of its deliveries that wait end as exhausted', async () => {
  const { recorder } = storage.recorder();
  const { epoch } = await recorder.take(0);
  const event = anEvent({ position: 1n });
  recorder.event(epoch, event, 2 ** 40, 3);
  const [made, retried, parked] = ['a', 'b', 'c'].map((webhookId) =>
    aDelivery({ event, webhookId, origin: { kind: 'stream', epoch } }),
  );
  recorder.settle(made!, anAttempt(), { state: 'delivered' });
  recorder.settle(retried!, anAttempt({ status: 500 }), { state: 'pending', dueInMs: 1 });
  await recorder.flushed();
  expect(await storage.position(0)).toBe(1n);
  recorder.park([parked!], null);
  await recorder.flushed();

  expect(await storage.position(0)).toBe(2n);
  expect(await storage.rows('select webhook_id, state from dispatch.delivery order by 1')).toEqual([
    { webhook_id: 'a', state: 'delivered' },
    { webhook_id: 'b', state: 'exhausted' },
    { webhook_id: 'c', state: 'exhausted' },
  ]);
  expect(await storage.count('pending')).toBe(0);
  const [letter] = await storage.rows<{ data: Buffer; headers: Buffer }>(
    'select data, headers from dispatch.dead_letter',
  );
  expect(letter!.data).toEqual(event.data);
  expect(JSON.parse(letter!.headers.toString())).toMatchObject({ ce_id: event.attributes.id });
});

test('no copy is left out in favour of an event that became a dead letter', async () => {
  const { recorder } = storage.recorder();
  const { epoch } = await recorder.take(0);
  recorder.event(epoch, anEvent({ position: 1n }), 2 ** 40, 0);
  const copy = anEvent({ position: 2n });
  expect(await recorder.duplicates([copy])).toEqual(new Set([copy]));
  await recorder.flushed();
  expect(await storage.count('dead_letter')).toBe(1);
  expect(await recorder.duplicates([copy])).toEqual(new Set());
});

test('a transaction that takes long is a problem until it is done', async () => {
  const { recorder } = storage.recorder();
  const { epoch } = await recorder.take(0);
  const blocker = await storage.pool.connect();
  try {
    await blocker.query('begin');
    await blocker.query('lock table dispatch.event in access exclusive mode');
    const [delivery] = matched(recorder, epoch, 1n, ['a']);
    recorder.settle(delivery!, anAttempt(), { state: 'delivered' });
    const written = recorder.flushed();
    await vi.waitFor(async () => {
      const [waiting] = await storage.rows('select from pg_locks where not granted');
      expect(waiting).toBeDefined();
    });
    expect(recorder.problem()).toBeNull();
    storage.clock.advance(6_000);
    expect(recorder.problem()).toContain('nothing could be recorded');
    await blocker.query('rollback');
    await written;
  } finally {
    blocker.release();
  }
  expect(recorder.problem()).toBeNull();
});

test('whoever uses up the other connections does not make the recorder wait', async () => {
  const pool = openDispatchPool(storage.url, 1);
  const writing = openDispatchPool(storage.url, 1);
  const { recorder } = storage.recorder({ pool, writing });
  const { epoch } = await recorder.take(0);
  const claims = await pool.connect();
  try {
    matched(recorder, epoch, 1n, []);
    await recorder.flushed();
    expect(await storage.position(0)).toBe(2n);
  } finally {
    claims.release();
    await recorder.stop();
    await writing.end();
  }
});

test('the number of statements is the same for one delivery and for a thousand', async () => {
  const statements: string[] = [];
  const Counting = clientsThat((statement, send) => {
    statements.push(statement);
    return send();
  });
  const { recorder } = storage.recorder({ pool: openDispatchPool(storage.url, 3, { Client: Counting }) });
  const { epoch } = await recorder.take(0);
  const statementsFor = async (from: bigint, count: bigint) => {
    statements.length = 0;
    for (let position = from; position < from + count; position += 1n) {
      const [made, retried] = matched(recorder, epoch, position, ['a', 'b']);
      recorder.settle(made!, anAttempt(), { state: 'delivered' });
      recorder.settle(retried!, anAttempt({ status: 500 }), { state: 'pending', dueInMs: 1_000 });
    }
    await recorder.flushed();
    return [...statements];
  };
  const one = await statementsFor(1n, 1n);
  const many = await statementsFor(2n, 500n);
  expect(many).toEqual(one);
  expect(one.length).toBeLessThanOrEqual(10);
  expect(one.filter((statement) => statement.includes('lane'))).toEqual([]);
  expect(await storage.count('delivery')).toBe(501);
});
