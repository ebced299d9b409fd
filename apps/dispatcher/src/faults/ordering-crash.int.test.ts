import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { DispatcherProcess } from '../testing/dispatcher-process.js';
import { DispatcherUnderTest, PARTITIONS } from '../testing/dispatcher-under-test.js';
import { LaneLog } from '../testing/lane-log.js';

const MAX_UNRECORDED = 40;
const SUBJECTS = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
const EVENTS = 80;

let sluice: DispatcherUnderTest;
let dispatchers: DispatcherProcess[];

beforeEach(async () => {
  sluice = await DispatcherUnderTest.create();
  dispatchers = await Promise.all(
    ['dispatcher-1', 'dispatcher-2'].map((instance) =>
      DispatcherProcess.create(sluice.feed, {
        DATABASE_URL: sluice.database.url,
        EVENT_PARTITIONS: String(PARTITIONS),
        MAX_UNRECORDED: String(MAX_UNRECORDED),
        INSTANCE: instance,
      }),
    ),
  );
});
afterEach(async () => {
  await Promise.all(dispatchers.map((dispatcher) => dispatcher.close()));
  await sluice.close();
});

/** Whatever waits for another attempt gets it now. */
const hurry = () =>
  sluice.pool.query(
    "update dispatch.pending set due_at = now() where lease is null and due_at > now() and due_at < 'infinity'",
  );

test('kill -9 of either of two dispatchers loses nothing, and no subject is out of order for it', async () => {
  const log = new LaneLog(sluice.receiver, ({ nth }) => ({
    status: nth === 1 && Math.random() < 0.1 ? 500 : 200,
    delayMs: Math.floor(Math.random() * 10),
  }));
  sluice.webhook({ id: 'ordered', ordering: 'subject' });
  for (const dispatcher of dispatchers) dispatcher.start();
  const publishing = (async () => {
    for (let number = 1; number <= EVENTS; number += 1) {
      await Promise.all(SUBJECTS.map((subject) => sluice.publish({ subject, id: `${subject}${number}` })));
    }
  })();
  const kills = 4;
  for (let kill = 1; kill <= kills; kill += 1) {
    const victim = dispatchers[kill % 2]!;
    await vi.waitFor(
      async () => {
        await hurry();
        expect(sluice.receiver.arrivals.length).toBeGreaterThan((kill * SUBJECTS.length * EVENTS) / (kills + 2));
      },
      { timeout: 60_000, interval: 50 },
    );
    await victim.end('SIGKILL');
    victim.start();
  }
  await publishing;
  await vi.waitFor(
    async () => {
      await hurry();
      expect(await sluice.behind()).toBe(0n);
      expect(await sluice.rows('select id from dispatch.pending')).toEqual([]);
    },
    { timeout: 100_000, interval: 200 },
  );
  const published = Array.from({ length: EVENTS }, (_, at) => at + 1);
  let again = 0;
  for (const subject of SUBJECTS) {
    expect(log.firsts('ordered', subject)).toEqual(published.map((number) => `${subject}${number}`));
    expect(log.overlaps('ordered', subject)).toEqual([]);
    again += log.runs('ordered', subject).length - EVENTS;
  }
  expect(again).toBeLessThanOrEqual(kills * MAX_UNRECORDED);
  expect(await sluice.rows('select state, count(*)::int from dispatch.delivery group by state')).toEqual([
    { state: 'delivered', count: SUBJECTS.length * EVENTS },
  ]);
}, 240_000);

test('a dispatcher that was suspended for long sends nothing more of a lane that another one took meanwhile', async () => {
  const [suspended, heir] = dispatchers as [DispatcherProcess, DispatcherProcess];
  const log = new LaneLog(sluice.receiver, ({ eventId, nth }) => ({
    status: 200,
    delayMs: eventId === 'a1' && nth === 1 ? 1_000 : 0,
  }));
  const { id } = sluice.webhook({ ordering: 'subject', state: 'paused' });
  const ids = Array.from({ length: 6 }, (_, at) => `a${at + 1}`);
  suspended.start();
  for (const id of ids) await sluice.publish({ subject: 'a', id });
  const rows = () => sluice.rows('select id from dispatch.pending');
  await vi.waitFor(async () => expect(await rows()).toHaveLength(ids.length), { timeout: 30_000, interval: 50 });
  await sluice.feed.update(id, { state: 'enabled' });
  await sluice.receiver.waitFor(1);
  suspended.freeze();
  const frozenAtMs = Date.now();
  // Its lease is over.
  await sluice.pool.query('update dispatch.pending set due_at = now() where lease is not null');
  heir.start();
  await vi.waitFor(
    async () => {
      expect(await rows()).toEqual([]);
      expect(Date.now() - frozenAtMs).toBeGreaterThan(3_000);
    },
    { timeout: 60_000, interval: 50 },
  );
  suspended.wake();
  for (const id of ['a7', 'a8']) await sluice.publish({ subject: 'a', id });
  await vi.waitFor(() => expect(log.firsts(id, 'a')).toHaveLength(8), { timeout: 60_000, interval: 50 });
  expect(log.attempts(id, 'a')).toEqual(['a1', ...ids, 'a7', 'a8']);
});
