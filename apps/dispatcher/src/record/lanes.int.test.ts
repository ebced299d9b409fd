import { afterEach, beforeEach, expect, test } from 'vitest';
import { endOverdue } from '../retention/end-overdue.js';
import { Claimer } from '../retry/claimer.js';
import { anAttempt, Storage } from '../testing/storage.js';
import { StoredLanes, under } from '../testing/stored-lanes.js';
import { advanceLanes, type LaneName, lockLanes } from './write-lanes.js';

const DELIVERED = { state: 'delivered' } as const;

let storage: Storage;
let lanes: StoredLanes;
beforeEach(async () => {
  storage = await Storage.open();
  lanes = await StoredLanes.open(storage);
});
afterEach(() => storage.close());

test('of each lane one row is due, the first; the end of one makes the next one due, and the lane goes with the last', async () => {
  const { recorder } = lanes;
  const [a1, a2] = lanes.park('a', 1n, 2n);
  const [b3] = lanes.park('b', 3n);
  await recorder.flushed();
  lanes.park('a', 4n);
  await recorder.flushed();
  expect(await lanes.rows()).toEqual(['a1 due', 'a2 waits', 'b3 due', 'a4 waits']);
  recorder.settle(await lanes.lease(a1!, 'one'), anAttempt(), DELIVERED);
  recorder.settle(await lanes.lease(b3!, 'two'), null, { state: 'cancelled', reason: 'deleted' });
  await recorder.flushed();
  expect(await lanes.rows()).toEqual(['a2 due', 'a4 waits']);
  expect(await storage.count('lane')).toBe(1);
  const leased = await lanes.lease(a2!, 'three');
  recorder.settle(leased, anAttempt(), { state: 'exhausted', reason: 'failed' });
  await recorder.flushed();
  expect(await lanes.rows()).toEqual(['a4 due']);
});

test('a lane that is kept goes on under its lease, however many of it end in one transaction', async () => {
  const { recorder } = lanes;
  const [a1, a2, a3, a4] = lanes.park('a', 1n, 2n, 3n, 4n, 5n);
  await recorder.flushed();
  recorder.settle(await lanes.lease(a1!, 'mine'), anAttempt(), DELIVERED, true);
  recorder.settle(under(a2!, 'mine'), anAttempt(), DELIVERED, true);
  await recorder.flushed();
  expect(await lanes.rows()).toEqual(['a3 mine', 'a4 waits', 'a5 waits']);
  recorder.settle(under(a3!, 'mine'), anAttempt(), DELIVERED, true);
  recorder.settle(under(a4!, 'mine'), anAttempt(), DELIVERED);
  await recorder.flushed();
  expect(await lanes.rows()).toEqual(['a5 due']);
  expect(await storage.count('delivery')).toBe(4);
  expect(await storage.count('attempt')).toBe(4);
});

test('one that is tried again later, or given back, is what its lane waits for', async () => {
  const { recorder } = lanes;
  const [a1, a2] = lanes.park('a', 1n, 2n, 3n);
  const [b4, b5] = lanes.park('b', 4n, 5n);
  await recorder.flushed();
  recorder.settle(await lanes.lease(a1!, 'mine'), anAttempt(), DELIVERED, true);
  recorder.settle(under(a2!, 'mine'), anAttempt({ status: 500 }), { state: 'pending', dueInMs: 60_000 });
  recorder.settle(await lanes.lease(b4!, 'mine'), anAttempt(), DELIVERED, true);
  recorder.park([under(b5!, 'mine')], null);
  await recorder.flushed();
  expect(await lanes.rows()).toEqual(['a2 later', 'a3 waits', 'b5 due']);
});

test('one that comes to stand among those that are sent one after another has its turn after them', async () => {
  const { recorder } = lanes;
  const [a1, a3] = lanes.park('a', 1n, 3n, 4n);
  await recorder.flushed();
  const first = await lanes.lease(a1!, 'mine');
  lanes.park('a', 2n);
  recorder.settle(first, anAttempt(), DELIVERED, true);
  await recorder.flushed();
  expect(await lanes.rows()).toEqual(['a2 mine', 'a3 waits', 'a4 waits']);
  recorder.settle(under(a3!, 'mine'), anAttempt(), DELIVERED);
  await recorder.flushed();
  expect(await lanes.rows()).toEqual(['a2 due', 'a4 waits']);
});

test('one that fails goes back behind what came to stand before it meanwhile, and one row alone is due', async () => {
  const { recorder } = lanes;
  const [a1, a3] = lanes.park('a', 1n, 3n, 4n);
  await recorder.flushed();
  const first = await lanes.lease(a1!, 'mine');
  lanes.park('a', 2n);
  recorder.settle(first, anAttempt(), DELIVERED, true);
  await recorder.flushed();
  recorder.settle(under(a3!, 'mine'), anAttempt({ status: 500 }), { state: 'pending', dueInMs: 60_000 });
  await recorder.flushed();
  expect(await lanes.rows()).toEqual(['a2 due', 'a3 waits', 'a4 waits']);
  recorder.settle(await lanes.lease(lanes.delivery('a', 2n), 'yours'), anAttempt(), DELIVERED);
  await recorder.flushed();
  expect(await lanes.rows()).toEqual(['a3 later', 'a4 waits']);
});

test('what has to wait before its first attempt waits in its lane, too, and nobody passes it', async () => {
  const { recorder } = lanes;
  const [a1] = lanes.park('a', 1n);
  const waiting = lanes.delivery('a', 2n);
  recorder.event(lanes.epoch, waiting.event, 1, 1);
  recorder.settle(waiting, null, { state: 'pending', dueInMs: 60_000 });
  lanes.park('a', 3n);
  await recorder.flushed();
  expect(await lanes.rows()).toEqual(['a1 due', 'a2 waits', 'a3 waits']);
  const claimer = new Claimer({ pool: storage.pool, clock: storage.clock, recording: recorder });
  const [claimed] = await claimer.claim({ free: () => 1, total: () => 1 });
  expect(claimed).toMatchObject({ id: a1?.id, lane: { next: null } });
  recorder.settle(claimed!, anAttempt(), DELIVERED);
  await recorder.flushed();
  expect(await lanes.rows()).toEqual(['a2 later', 'a3 waits']);
  storage.clock.advance(61_000);
  expect(await lanes.rows()).toEqual(['a2 due', 'a3 waits']);
});

test('without the lease of its lane nothing counts: neither for the head nor for those behind it', async () => {
  const { recorder } = lanes;
  const [a1, a2, a3] = lanes.park('a', 1n, 2n, 3n);
  await recorder.flushed();
  await lanes.lease(a1!, 'theirs');
  recorder.settle(under(a1!, 'mine'), anAttempt(), DELIVERED, true);
  recorder.settle(under(a2!, 'mine'), anAttempt(), DELIVERED, true);
  recorder.settle(under(a3!, 'mine'), anAttempt(), { state: 'pending', dueInMs: 1 });
  await recorder.flushed();
  expect(await lanes.rows()).toEqual(['a1 theirs', 'a2 waits', 'a3 waits']);
  expect([await storage.count('delivery'), await storage.count('attempt')]).toEqual([0, 0]);
  recorder.settle(under(a1!, 'theirs'), anAttempt(), DELIVERED);
  await recorder.flushed();
  expect(await lanes.rows()).toEqual(['a2 due', 'a3 waits']);
});

test('a lane never stalls, whoever adds to it while its last row ends', async () => {
  const EVENTS = 300;
  const { recorder: other } = storage.recorder();
  const subjects = ['a', 'b', 'c'];
  let published = false;
  const publishing = (async () => {
    for (let position = 1; position <= EVENTS; position += 1) {
      lanes.park(subjects[position % subjects.length]!, BigInt(position));
      await lanes.recorder.flushed();
    }
    published = true;
  })();
  const ended: string[] = [];
  for (let left = true; left; ) {
    const wasPublished = published;
    const claimed = await storage.rows<{ lane: Buffer; position: string }>(
      `update dispatch.pending set lease = 'theirs', due_at = now() + interval '50 seconds'
       where lease is null and due_at <= now() returning lane, position`,
    );
    const deliveries = claimed.map(({ lane, position }) => lanes.delivery(String(lane), BigInt(position)));
    for (const delivery of deliveries) other.settle(under(delivery, 'theirs'), anAttempt(), DELIVERED);
    await other.flushed();
    ended.push(...deliveries.map(({ id }) => id));
    left = claimed.length > 0 || !wasPublished;
  }
  await publishing;
  expect(await lanes.rows()).toEqual([]);
  expect(ended).toHaveLength(EVENTS);
  for (const subject of subjects) {
    const positions = ended.filter((id) => id.startsWith(subject)).map((id) => Number(id.slice(1)));
    expect(positions).toEqual(positions.toSorted((one, two) => one - two));
  }
  expect(await storage.count('lane')).toBe(0);
});

test('transactions that change the same lanes never wait in a circle', async () => {
  const names = Array.from({ length: 500 }, (_, number) => ({
    webhookId: `w${number % 7}`,
    lane: Buffer.from(`${number}`),
  }));
  const rounds = async (order: readonly LaneName[]) => {
    const client = await storage.pool.connect();
    try {
      for (let round = 0; round < 30; round += 1) {
        await client.query('begin');
        await lockLanes(client, order);
        await advanceLanes(client, round % 2 === 0 ? [] : order, [], 0);
        await client.query('commit');
      }
    } finally {
      client.release(true);
    }
  };
  await expect(Promise.all([rounds(names), rounds(names.toReversed())])).resolves.toBeDefined();
});

test('what is over its time ends wherever it stands, unless it is under way, and the lane goes on', async () => {
  lanes.park('a', 1n, 2n);
  const [b3] = lanes.park('b', 3n);
  await lanes.recorder.flushed();
  storage.clock.advance(7 * 86_400_000 + 1_000);
  await lanes.lease(b3!, 'mine');
  lanes.park('a', 4n);
  lanes.park('b', 5n);
  await lanes.recorder.flushed();
  expect(await endOverdue(storage.pool, storage.clock.shiftMs)).toBe(2);
  expect(await lanes.rows()).toEqual(['b3 mine', 'a4 due', 'b5 waits']);
});

test('what stands behind a row under a lease may be under way with it: it does not end by its age meanwhile', async () => {
  const [a1, a2] = lanes.park('a', 1n, 2n, 3n);
  await lanes.recorder.flushed();
  storage.clock.advance(7 * 86_400_000 + 1_000);
  const head = await lanes.lease(a1!, 'mine');
  expect(await endOverdue(storage.pool, storage.clock.shiftMs)).toBe(0);
  lanes.recorder.settle(head, anAttempt(), DELIVERED, true);
  lanes.recorder.settle(under(a2!, 'mine'), anAttempt(), DELIVERED);
  await lanes.recorder.flushed();
  expect(await storage.rows('select id, state from dispatch.delivery order by id')).toEqual([
    { id: 'a1', state: 'delivered' },
    { id: 'a2', state: 'delivered' },
  ]);
  expect(await endOverdue(storage.pool, storage.clock.shiftMs)).toBe(1);
  expect(await storage.count('lane')).toBe(0);
});
