import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { DispatcherUnderTest } from '../testing/dispatcher-under-test.js';
import { type Decide, LaneLog } from '../testing/lane-log.js';
import { aWebhook } from '../testing/samples.js';

const WAITING = { timeout: 40_000, interval: 50 };
const SUBJECTS = ['a', 'b', 'c', 'd', 'e'];

let sluice: DispatcherUnderTest;
beforeEach(async () => {
  sluice = await DispatcherUnderTest.create();
});
afterEach(() => sluice.close());

const logOf = (decide: Decide = () => ({ status: 200 })) => new LaneLog(sluice.receiver, decide);

async function publish(subject: string, ...ids: string[]): Promise<void> {
  for (const id of ids) await sluice.publish({ id, subject });
}

/** Events of all subjects by turns, `a1`, `b1` … `a2` …; answers the ids of each subject in order. */
async function publishAll(count: number): Promise<Map<string, string[]>> {
  for (let number = 1; number <= count; number += 1) {
    await Promise.all(SUBJECTS.map((subject) => publish(subject, `${subject}${number}`)));
  }
  return new Map(SUBJECTS.map((subject) => [subject, Array.from({ length: count }, (_, at) => `${subject}${at + 1}`)]));
}

/** The pending rows of the subject that are in a lane, in order, and whether each waits for another. */
const laneOf = async (webhookId: string, subject: string) =>
  (
    await sluice.rows<{ id: string; waits: boolean }>(
      `select convert_from(e.id, 'utf8') as id, p.due_at = 'infinity' as waits
       from dispatch.pending p join dispatch.event e using (day, identity, partition, position)
       where p.webhook_id = $1 and convert_from(e.id, 'utf8') like $2 and p.lane is not null order by p.position`,
      [webhookId, `${subject}%`],
    )
  ).map(({ id, waits }) => (waits ? `${id} waits` : id));

const states = (webhookId: string) =>
  sluice.rows(
    'select state, count(*)::int from dispatch.delivery where webhook_id = $1 group by state order by state',
    [webhookId],
  );

/** Whatever waits for another attempt gets it now. */
const hurry = () =>
  sluice.pool.query(
    `update dispatch.pending set due_at = now() + $1::float8 * interval '1 millisecond'
     where lease is null and due_at > now() + $1::float8 * interval '1 millisecond' and due_at < 'infinity'`,
    [sluice.clock.shiftMs],
  );

/** Nothing is left to do, nor of what it took. */
const over = () =>
  vi.waitFor(async () => {
    await hurry();
    expect(await sluice.behind()).toBe(0n);
    expect(await sluice.rows('select id from dispatch.pending')).toEqual([]);
    expect(await sluice.rows('select webhook_id from dispatch.lane')).toEqual([]);
  }, WAITING);

/** Each subject's events ended one after another, in order: no attempt of one came among those of another, or beside it. */
function expectOrder(log: LaneLog, webhookId: string, published: ReadonlyMap<string, string[]>): void {
  for (const [subject, ids] of published) {
    expect(log.runs(webhookId, subject)).toEqual(ids);
    expect(log.overlaps(webhookId, subject)).toEqual([]);
  }
}

test('a subject waits for its head through all retries; other subjects, events without one and other webhooks do not', async () => {
  let fails = true;
  const log = logOf(({ webhookId, eventId }) => ({
    status: webhookId === 'ordered' && eventId === 'a1' && fails ? 500 : 200,
  }));
  sluice.webhook({ id: 'ordered', ordering: 'subject' });
  sluice.webhook({ id: 'plain' });
  await sluice.start();
  await publish('a', 'a1', 'a2', 'a3');
  await publish('b', 'b1', 'b2', 'b3');
  await sluice.publish({ id: 'none1' });
  await vi.waitFor(() => {
    expect(log.attempts('ordered', 'b')).toEqual(['b1', 'b2', 'b3']);
    expect(log.attempts('ordered', '')).toEqual(['none1']);
    expect(log.firsts('plain', 'a').sort()).toEqual(['a1', 'a2', 'a3']);
  }, WAITING);
  await vi.waitFor(async () => {
    await hurry();
    expect(log.attempts('ordered', 'a').length).toBeGreaterThan(3);
  }, WAITING);
  expect(log.firsts('ordered', 'a')).toEqual(['a1']);
  expect(await laneOf('ordered', 'a')).toEqual(['a1', 'a2 waits', 'a3 waits']);
  fails = false;
  await over();
  expect(log.runs('ordered', 'a')).toEqual(['a1', 'a2', 'a3']);
});

test('asked for by hand the head of a subject makes its next attempt now; who stands behind it waits on', async () => {
  let fails = true;
  const log = logOf(() => ({ status: fails ? 500 : 200 }));
  const { id } = sluice.webhook({ id: 'ordered', ordering: 'subject', retrySchedule: [0, 3_600, 3_600] });
  await sluice.start();
  await publish('a', 'a1', 'a2');
  await vi.waitFor(async () => {
    expect(log.attempts(id, 'a')).toEqual(['a1']);
    expect(await laneOf(id, 'a')).toEqual(['a1', 'a2 waits']);
    expect(await sluice.rows('select id from dispatch.pending where lease is null')).toHaveLength(2);
  }, WAITING);
  const ids = (await sluice.rows<{ id: string }>('select id from dispatch.pending order by position')).map(
    (row) => row.id,
  );
  const ask = (deliveryId: string) =>
    sluice.service.commands.createJob({ credential: 'account-1', request: { kind: 'resend', deliveryId } });
  expect(await ask(ids[1]!)).toMatchObject({ ok: true });
  expect(await laneOf(id, 'a')).toEqual(['a1', 'a2 waits']);
  expect(log.attempts(id, 'a')).toEqual(['a1']);
  fails = false;
  expect(await ask(ids[0]!)).toMatchObject({ ok: true });
  await vi.waitFor(() => expect(log.attempts(id, 'a')).toEqual(['a1', 'a1', 'a2']), WAITING);
});

test('when the head is exhausted its subject goes on', async () => {
  const log = logOf(({ eventId }) => ({ status: eventId === 'a1' ? 500 : 200 }));
  sluice.webhook({ id: 'ordered', ordering: 'subject' });
  await sluice.start();
  await publish('a', 'a1', 'a2');
  await vi.waitFor(async () => {
    await hurry();
    expect(log.firsts('ordered', 'a')).toEqual(['a1', 'a2']);
  }, WAITING);
  await over();
  expect(await states('ordered')).toEqual([
    { state: 'delivered', count: 1 },
    { state: 'exhausted', count: 1 },
  ]);
});

test('whatever the endpoint answers and however long it takes, each subject is in order and one at a time', async () => {
  const log = logOf(({ nth }) => ({
    status: Math.random() < 0.25 && nth < 6 ? 500 : 200,
    delayMs: Math.random() * 30,
  }));
  sluice.webhook({ id: 'ordered', ordering: 'subject' });
  await sluice.start();
  const published = await publishAll(40);
  await over();
  expectOrder(log, 'ordered', published);
});

test('dispatchers that come and go hand lanes over: each subject stays in order, and nothing comes twice', async () => {
  const log = logOf(() => ({ status: 200, delayMs: 20 }));
  sluice.webhook({ id: 'ordered', ordering: 'subject' });
  sluice.webhook({ id: 'other', ordering: 'subject' });
  let newest = await sluice.start({ instance: 'dispatcher-0' });
  const publishing = publishAll(60);
  for (let round = 1; round <= 3; round += 1) {
    await sluice.receiver.waitFor(round * 100);
    const before = newest;
    newest = await sluice.start({ instance: `dispatcher-${round}` });
    await sluice.receiver.waitFor(round * 100 + 50);
    await sluice.stop(before);
  }
  const published = await publishing;
  await over();
  for (const webhookId of ['ordered', 'other']) {
    expectOrder(log, webhookId, published);
    for (const [subject, ids] of published) expect(log.attempts(webhookId, subject)).toEqual(ids);
  }
});

test('a pause keeps what comes, and the order of it', async () => {
  const log = logOf();
  const { id } = sluice.webhook({ id: 'ordered', ordering: 'subject' });
  await sluice.start();
  await publish('a', 'a1', 'a2');
  await sluice.receiver.waitFor(2);
  await sluice.feed.update(id, { state: 'paused' });
  await publish('a', 'a3', 'a4');
  await vi.waitFor(async () => expect(await laneOf(id, 'a')).toEqual(['a3', 'a4 waits']), WAITING);
  await sluice.feed.update(id, { state: 'enabled' });
  await publish('a', 'a5');
  await over();
  expect(log.attempts(id, 'a')).toEqual(['a1', 'a2', 'a3', 'a4', 'a5']);
});

describe.each(['disabled', 'deleted'])('a webhook that is %s', (what) => {
  test('gets nothing more, and what waits in its lanes is cancelled', async () => {
    const log = logOf(() => ({ status: 500 }));
    const { id } = sluice.webhook({ id: 'ordered', ordering: 'subject' });
    await sluice.start();
    await publish('a', ...Array.from({ length: 40 }, (_, at) => `a${at}`));
    await sluice.receiver.waitFor(1);
    await vi.waitFor(async () => expect(await laneOf(id, 'a')).toHaveLength(40), WAITING);
    if (what === 'deleted') await sluice.feed.delete(id);
    else await sluice.feed.update(id, { state: 'disabled' });
    const before = log.attempts(id, 'a');
    await over();
    expect(log.attempts(id, 'a')).toEqual(before);
    expect(new Set(before)).toEqual(new Set(['a0']));
    expect(await states(id)).toEqual([{ state: 'cancelled', count: 40 }]);
  });
});

describe('a webhook whose ordering changes', () => {
  test('to `subject` has in order what is accepted from then on; what it had before holds up nothing', async () => {
    let fails = true;
    const log = logOf(({ eventId }) => ({ status: eventId.startsWith('a0') && fails ? 500 : 200, delayMs: 5 }));
    const { id } = sluice.webhook({ id: 'changing' });
    await sluice.start();
    await publish('a', 'a01', 'a02');
    await sluice.receiver.waitFor(2);
    await sluice.feed.update(id, { ordering: 'subject' });
    const later = Array.from({ length: 30 }, (_, at) => `a${at + 1}`);
    await publish('a', ...later);
    await vi.waitFor(() => expect(log.firsts(id, 'a').slice(2)).toEqual(later), WAITING);
    fails = false;
    await over();
    expect(await states(id)).toEqual([{ state: 'delivered', count: 32 }]);
  });

  test('to `none` has nothing wait any more; what stood in lanes ends in order', async () => {
    let fails = true;
    const log = logOf(({ eventId }) => ({ status: eventId === 'a1' && fails ? 500 : 200 }));
    const { id } = sluice.webhook({ id: 'changing', ordering: 'subject' });
    await sluice.start();
    await publish('a', 'a1', 'a2', 'a3');
    await sluice.receiver.waitFor(1);
    await sluice.feed.update(id, { ordering: 'none' });
    await publish('a', 'a4');
    await vi.waitFor(() => expect(log.firsts(id, 'a')).toEqual(['a1', 'a4']), WAITING);
    fails = false;
    await over();
    expect(log.firsts(id, 'a')).toEqual(['a1', 'a4', 'a2', 'a3']);
  });
});

test('what is older than 7 days ends, and the subject goes on behind it', async () => {
  const log = logOf();
  const { id } = sluice.webhook({ id: 'ordered', ordering: 'subject', state: 'paused' });
  await sluice.start();
  await publish('a', 'a1', 'a2');
  await vi.waitFor(async () => expect(await laneOf(id, 'a')).toHaveLength(2), WAITING);
  sluice.clock.advance(7 * 86_400_000 - 60_000);
  await publish('a', 'a3');
  await vi.waitFor(async () => expect(await laneOf(id, 'a')).toHaveLength(3), WAITING);
  sluice.clock.advance(120_000);
  await sluice.feed.update(id, { state: 'enabled' });
  await over();
  expect(log.attempts(id, 'a')).toEqual(['a3']);
  expect(await states(id)).toEqual([
    { state: 'delivered', count: 1 },
    { state: 'exhausted', count: 2 },
  ]);
});

test('an event with very many matches and the ones before and after it of its subject come in order to each webhook', async () => {
  const log = logOf();
  const many = Array.from({ length: 1_200 }, (_, at) => `many-${at}`);
  sluice.feed.putAll(
    many.map((id) =>
      aWebhook({ id, endpoint: sluice.receiver.url(`/${id}`), filter: '{"to":"many"}', ordering: 'subject' }),
    ),
  );
  const one = 'many-1199';
  await sluice.feed.update(one, { filter: null });
  await sluice.start();
  await publish('a', 'a1');
  await sluice.publish({ id: 'a2', subject: 'a', data: '{"to":"many"}' });
  await sluice.publish({ id: 'a3', subject: 'a', data: '{"to":"many"}' });
  await publish('a', 'a4', 'a5');
  await over();
  expect(log.attempts(one, 'a')).toEqual(['a1', 'a2', 'a3', 'a4', 'a5']);
  // Of 1,200 endpoints at once on a busy machine one may have to be asked twice: that is no other order.
  const once = (ids: readonly string[]) => ids.filter((id, at) => id !== ids[at - 1]);
  for (const id of many.slice(0, -1)) expect(once(log.attempts(id, 'a'))).toEqual(['a2', 'a3']);
});
