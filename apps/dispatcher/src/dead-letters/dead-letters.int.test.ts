import { randomBytes, randomUUID } from 'node:crypto';
import type { DeadLetter, DeadLetterSelection, DeadLetterSummary } from '@sluice/contracts/dead-letter-commands';
import type { Result } from '@sluice/contracts/result';
import { EVENTS_TOPIC, RETRIES_TOPIC } from '@sluice/contracts/topics';
import {
  type FormerDeadLetter,
  KEPT_BYTES,
  type OriginRecord,
  readRetry,
  unreadableRecord,
} from '@sluice/contracts/unreadable-record';
import { type StreamRecord, StreamUnavailable } from '@sluice/event-stream/event-stream';
import { createLogger } from '@sluice/service-kit/logger';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { DispatcherUnderTest } from '../testing/dispatcher-under-test.js';
import { explaining } from '../testing/explaining.js';
import { chooseLetters } from './choose-letters.js';
import { readLetterPage } from './read-letters.js';

let sluice: DispatcherUnderTest;

beforeAll(async () => {
  sluice = await DispatcherUnderTest.create();
  await sluice.stream.ensureTopics([{ topic: RETRIES_TOPIC, partitions: 1 }]);
  await sluice.start();
  sluice.feed.principals.set('operator', { kind: 'admin', operator: true });
  sluice.feed.principals.set('operator-live', { accountId: 'operator', operator: true });
  sluice.feed.principals.set('admin', { kind: 'admin' });
});
afterAll(() => sluice.close());
beforeEach(() => sluice.rows('delete from dispatch.dead_letter'));

const commands = () => sluice.service.commands;
const answerOf = <T>(result: Result<T>): T => {
  if (!result.ok) throw new Error(result.refusal.message);
  return result.value;
};
const listed = async (credential: string, filter = {}): Promise<DeadLetterSummary[]> =>
  answerOf(await commands().listDeadLetters({ credential, filter, limit: 1_000 })).deadLetters;
const shown = async (credential: string, deadLetterId: string): Promise<DeadLetter> =>
  answerOf(await commands().getDeadLetter({ credential, deadLetterId }));
const putBack = async (credential: string, selection: DeadLetterSelection) =>
  answerOf(await commands().putBackDeadLetters({ credential, selection, from: '192.0.2.7' }));
const drop = async (credential: string, selection: DeadLetterSelection) =>
  answerOf(await commands().dropDeadLetters({ credential, selection, from: '192.0.2.7' }));
const settled = () => vi.waitFor(async () => expect(await sluice.behind()).toBe(0n), { timeout: 15_000, interval: 20 });

const NOT_UTF8 = Buffer.from([0, 255, 128]);
const aRecord = (record: Partial<OriginRecord> = {}): OriginRecord => ({
  sourceId: 'src_1',
  topic: 'orders.v1',
  partition: 3,
  offset: BigInt(Math.floor(Math.random() * 1e9)),
  timestampMs: Date.parse('2026-03-01T12:00:00Z'),
  key: Buffer.from('order 1'),
  headers: [
    ['trace', Buffer.from('abc')],
    ['trace', NOT_UTF8],
    ['none', null],
  ],
  value: Buffer.from('{"not": json'),
  ...record,
});

/** As the importer does. */
async function unreadable(
  record: OriginRecord,
  { accountId = 'account-1', reason = 'the value is no JSON', former = null as FormerDeadLetter | null } = {},
): Promise<void> {
  await sluice.stream.publish(EVENTS_TOPIC, [unreadableRecord(record, { reason, accountId, former })]);
  await settled();
}

/** As anybody does who may write to the topic and doesn't know its form. */
async function garbage(value: Buffer | null = NOT_UTF8, headers: Record<string, string> = {}): Promise<void> {
  await sluice.stream.publish(EVENTS_TOPIC, [{ key: Buffer.from('garbage'), headers, value }]);
  await settled();
}

async function allOf(topic: string): Promise<StreamRecord[]> {
  const [range] = await sluice.stream.ranges(topic);
  const found: StreamRecord[] = [];
  for (let from = range!.first; from < range!.end; from = found.at(-1)!.position + 1n) {
    found.push(...(await sluice.stream.read(topic, 0, from, 1_000)));
  }
  return found;
}

test('a record that a source can’t read is listed and shown to the source’s account: reason, place, and every byte', async () => {
  const record = aRecord();
  await unreadable(record);
  const [letter] = await listed('account-1');
  expect(letter).toEqual({
    id: expect.stringMatching(/^dlt_[0-9a-f]{32}$/),
    accountId: 'account-1',
    state: 'waiting',
    reason: 'the value is no JSON',
    at: expect.any(String),
    origin: {
      ...{ sourceId: 'src_1', topic: 'orders.v1', partition: 3, offset: `${record.offset}` },
      at: '2026-03-01T12:00:00.000Z',
    },
    ...{ bytes: 12, cutFrom: null, putBack: null, dropped: null, former: null },
  });
  expect(await shown('account-1', letter!.id)).toEqual({
    ...letter,
    key: Buffer.from('order 1').toString('base64'),
    headers: [
      { name: 'trace', value: Buffer.from('abc').toString('base64') },
      { name: 'trace', value: NOT_UTF8.toString('base64') },
      { name: 'none', value: null },
    ],
    value: Buffer.from('{"not": json').toString('base64'),
    cameBackAs: null,
  });
});

test.each([1_767_323_045_678 * 1_000_000, 2 ** 63])(
  'a time that is none in milliseconds is no matter: %d',
  async (timestampMs) => {
    const record = aRecord({ timestampMs });
    await unreadable(record);
    await unreadable(record);
    expect(await listed('account-1')).toMatchObject([{ reason: 'the value is no JSON', origin: { at: null } }]);
  },
);

test('it counts once, however often the importer publishes it; another source, place or return is another one', async () => {
  const record = aRecord();
  await unreadable(record);
  await unreadable(record);
  expect(await listed('account-1')).toHaveLength(1);
  await unreadable({ ...record, sourceId: 'src_2' });
  await unreadable({ ...record, offset: record.offset + 1n });
  await unreadable({ ...record, timestampMs: record.timestampMs + 1 });
  await unreadable(record, { former: { id: 'dlt_1', times: 1 } });
  await unreadable(record, { former: { id: 'dlt_1', times: 1 } });
  await unreadable(record, { former: { id: 'dlt_1', times: 2 } });
  expect(await listed('account-1')).toHaveLength(6);
});

test('what others write straight to the topic of events is an operator’s admin key’s to see, and nobody else’s', async () => {
  await garbage();
  // It says whose it is, but not as an event does, nor as a record of a source.
  await garbage(NOT_UTF8, { sluice_account: 'account-1' });
  await garbage(NOT_UTF8, { sluice_account: 'account-1', 'sluice-unreadable': 'why', 'sluice-origin-offset': 'x' });
  await unreadable(aRecord());
  const [nobodys] = await listed('operator');
  expect(await listed('operator')).toHaveLength(3);
  expect(nobodys).toMatchObject({ accountId: null, origin: { sourceId: null, topic: EVENTS_TOPIC } });
  for (const credential of ['account-1', 'admin', 'operator-live']) {
    expect((await listed(credential)).filter(({ accountId }) => accountId === null)).toEqual([]);
    expect(await commands().getDeadLetter({ credential, deadLetterId: nobodys!.id })).toMatchObject({
      ok: false,
      refusal: { code: 'not_found' },
    });
    const failed = [{ id: nobodys!.id, code: 'not_found', reason: 'there is no such dead letter' }];
    expect(await putBack(credential, { ids: [nobodys!.id] })).toEqual({ done: [], failed, more: false });
    const none = { done: [], failed: [{ ...failed[0]!, id: '\0' }], more: false };
    expect(await putBack(credential, { ids: ['\0'] })).toEqual(none);
    expect(await drop(credential, { ids: [nobodys!.id] })).toEqual({ done: [], failed, more: false });
    expect((await drop(credential, { filter: { topic: EVENTS_TOPIC } })).done).toEqual([]);
  }
  expect(await listed('operator')).toHaveLength(3);
});

test('an account sees, puts back and drops its own dead letters alone', async () => {
  await unreadable(aRecord(), { accountId: 'account-1' });
  await unreadable(aRecord(), { accountId: 'account-2' });
  const [mine] = await listed('account-1');
  const [theirs] = await listed('account-2');
  expect([await listed('account-1'), await listed('operator')]).toEqual([[mine], []]);
  expect((await commands().getDeadLetter({ credential: 'account-1', deadLetterId: theirs!.id })).ok).toBe(false);
  const both = { ids: [mine!.id, theirs!.id] };
  expect((await putBack('account-1', both)).done).toEqual([mine!.id]);
  expect((await drop('account-1', both)).done).toEqual([mine!.id]);
  expect((await drop('account-1', { filter: {} })).done).toEqual([]);
  expect(await listed('account-2')).toMatchObject([{ id: theirs!.id, state: 'waiting' }]);
});

test('they are listed page by page, the newest first, and by source, topic, reason, time and state', async () => {
  for (const index of [0, 1, 2, 3, 4]) {
    await unreadable(aRecord({ sourceId: `src_${index % 2}`, topic: `topic-${index}` }), {
      reason: `Reason ${index}%`,
    });
  }
  const all = await listed('account-1');
  expect(all.map(({ reason }) => reason)).toEqual([4, 3, 2, 1, 0].map((index) => `Reason ${index}%`));
  const paged: DeadLetterSummary[] = [];
  let before: Parameters<ReturnType<typeof commands>['listDeadLetters']>[0]['before'];
  do {
    const page = answerOf(await commands().listDeadLetters({ credential: 'account-1', filter: {}, limit: 2, before }));
    expect(page.deadLetters.length).toBeLessThanOrEqual(2);
    paged.push(...page.deadLetters);
    before = page.next ?? undefined;
  } while (before !== undefined);
  expect(paged).toEqual(all);
  const reasons = async (filter: object) => (await listed('account-1', filter)).map(({ reason }) => reason);
  expect(await reasons({ sourceId: 'src_1' })).toEqual(['Reason 3%', 'Reason 1%']);
  expect(await reasons({ topic: 'topic-2' })).toEqual(['Reason 2%']);
  expect(await reasons({ reason: 'reason 4%' })).toEqual(['Reason 4%']);
  expect(await reasons({ reason: '%4' })).toEqual([]);
  await sluice.rows(`
    update dispatch.dead_letter set at = date_trunc('second', now()) - (5 - substr(reason, 8, 1)::int) * interval '1 second'`);
  const moment = (await listed('account-1'))[2]!.at;
  expect(await reasons({ since: moment })).toEqual(['Reason 4%', 'Reason 3%', 'Reason 2%']);
  expect(await reasons({ until: moment })).toEqual(['Reason 1%', 'Reason 0%']);
  expect(await reasons({ state: 'put_back' })).toEqual([]);
  await putBack('account-1', { ids: [all[0]!.id] });
  await drop('account-1', { ids: [all[1]!.id] });
  expect(await reasons({ state: 'put_back' })).toEqual(['Reason 4%']);
  expect(await reasons({ state: 'dropped' })).toEqual(['Reason 3%']);
  expect(await reasons({})).toEqual(['Reason 4%', 'Reason 2%', 'Reason 1%', 'Reason 0%']);
});

test('one of a source that is put back goes to the importer as it stood in its topic; failing again it is a new one', async () => {
  const record = aRecord();
  await unreadable(record);
  const [letter] = await listed('account-1');
  const { length: before } = await allOf(RETRIES_TOPIC);
  expect(await putBack('account-1', { ids: [letter!.id] })).toEqual({ done: [letter!.id], failed: [], more: false });
  const retries = (await allOf(RETRIES_TOPIC)).slice(before);
  const former = { id: letter!.id, times: 1 };
  expect(retries.map(readRetry)).toEqual([{ ok: true, record, accountId: 'account-1', former }]);
  expect(await shown('account-1', letter!.id)).toMatchObject({
    state: 'put_back',
    putBack: { times: 1, at: expect.any(String), by: 'account-1' },
    value: Buffer.from('{"not": json').toString('base64'),
  });
  const [kept] = await sluice.rows<{ put_back_from: string }>('select put_back_from from dispatch.dead_letter');
  expect(kept?.put_back_from).toBe('192.0.2.7');

  await unreadable(record, { former, reason: 'still no JSON' });
  const [again, first] = await listed('account-1');
  expect([again, first]).toMatchObject([
    { state: 'waiting', former },
    { id: letter!.id, former: null },
  ]);
  expect(await shown('account-1', letter!.id)).toMatchObject({ cameBackAs: again!.id });
  await putBack('account-1', { ids: [again!.id, letter!.id] });
  const formers = (await allOf(RETRIES_TOPIC)).slice(before + 1).map((retry) => {
    const read = readRetry(retry);
    return read.ok && read.former;
  });
  expect(formers.toSorted((a, b) => (a && b ? a.times - b.times : 0))).toEqual([
    { id: again!.id, times: 1 },
    { id: letter!.id, times: 2 },
  ]);
});

test('one that stood on the topic of events is published there again, and names the one it was', async () => {
  await garbage(null, { ce_id: 'only this' });
  const [letter] = await listed('operator');
  expect(await putBack('operator', { ids: [letter!.id] })).toMatchObject({ done: [letter!.id], failed: [] });
  await settled();
  const [again, first] = await listed('operator');
  expect(again).toMatchObject({ former: { id: letter!.id, times: 1 }, reason: letter!.reason, bytes: null });
  expect(first).toMatchObject({ id: letter!.id, state: 'put_back' });
  const { headers } = await shown('operator', again!.id);
  expect(headers).toContainEqual({ name: 'ce_id', value: Buffer.from('only this').toString('base64') });
});

test('an event that could not be recorded is its publisher’s, and is delivered once it is put back and can be', async () => {
  const webhook = sluice.webhook({ eventType: 'refused.once' });
  const undo = await refusing("encode(new.data, 'escape') like '%refuse-me%'", 'event_body');
  // Longer ago than its deliveries may take: they begin anew with what is put back.
  const acceptedAtMs = sluice.clock.nowMs() - 8 * 24 * 60 * 60 * 1_000;
  await sluice.publish({ type: 'refused.once', data: '{"refuse-me":1}', id: 'refused', acceptedAtMs });
  await settled();
  await undo();
  const [letter] = await listed('account-1');
  expect(letter).toMatchObject({ accountId: 'account-1', reason: expect.stringContaining('refused') });
  const arrivals = () => sluice.receiver.arrivals.filter(({ path }) => path === `/${webhook.id}`).length;
  const before = arrivals();
  expect(await putBack('account-1', { ids: [letter!.id] })).toMatchObject({ done: [letter!.id] });
  await vi.waitFor(() => expect(arrivals()).toBeGreaterThan(before), { timeout: 10_000 });
  await settled();
  const accepted = await sluice.rows<{ accepted_at: Date }>(
    `select accepted_at from dispatch.event where convert_from(id, 'utf8') = 'refused'`,
  );
  expect(accepted).toHaveLength(1);
  expect(accepted[0]!.accepted_at.getTime()).toBeGreaterThan(acceptedAtMs + 7 * 24 * 60 * 60 * 1_000);
});

test('an event that is refused again after it was put back names the dead letter that it was', async () => {
  const undo = await refusing("encode(new.data, 'escape') like '%refuse-me%'", 'event_body');
  sluice.webhook({ eventType: 'refused.twice' });
  await sluice.publish({ type: 'refused.twice', data: '{"refuse-me":2}', id: 'refused twice' });
  await settled();
  const [letter] = await listed('account-1');
  await putBack('account-1', { ids: [letter!.id] });
  await settled();
  await undo();
  const [again] = await listed('account-1');
  expect(again).toMatchObject({ state: 'waiting', former: { id: letter!.id, times: 1 } });
  expect(await shown('account-1', letter!.id)).toMatchObject({ cameBackAs: again!.id });
});

test('ids that no index takes make a dead letter nobody’s, and so does what PostgreSQL refuses of it', async () => {
  const long = randomBytes(3_000).toString('hex');
  const marked = unreadableRecord(aRecord(), { reason: 'no JSON', accountId: 'account-1', former: null });
  for (const mark of ['sluice_account', 'sluice-source-id']) {
    await sluice.stream.publish(EVENTS_TOPIC, [{ ...marked, headers: { ...marked.headers, [mark]: long } }]);
  }
  const undo = await refusing('new.account_id is not null', 'dead_letter');
  await unreadable(aRecord());
  await undo();
  const letters = await listed('operator');
  expect(letters.map(({ accountId, bytes }) => [accountId, bytes])).toEqual([
    [null, null],
    [null, 12],
    [null, 12],
  ]);
  expect(letters[0]).toMatchObject({ reason: 'the value is no JSON', origin: { sourceId: null, topic: 'orders.v1' } });
});

test('by a filter those that wait are put back, as many as one request does, and the same again goes on', async () => {
  const value = Buffer.alloc(1024 * 1024, 'x');
  for (let index = 0; index < 18; index += 1) await unreadable(aRecord({ value, sourceId: 'src_many' }));
  await unreadable(aRecord({ value: Buffer.alloc(KEPT_BYTES + 1), sourceId: 'src_many' }));
  await unreadable(aRecord({ sourceId: 'src_other' }));
  const filter = { sourceId: 'src_many' };
  const first = await putBack('account-1', { filter });
  expect(first).toMatchObject({ failed: [], more: true });
  expect(first.done.length).toBe(15);
  expect(await putBack('account-1', { filter })).toMatchObject({ done: expect.any(Array), failed: [], more: false });
  expect(await putBack('account-1', { filter })).toEqual({ done: [], failed: [], more: false });
  expect(await listed('account-1', { ...filter, state: 'put_back' })).toHaveLength(18);
  expect(await listed('account-1', { state: 'waiting' })).toHaveLength(2);
});

test('what a dispatcher of the version before writes is a dead letter like the others, in its place on our topic', async () => {
  await sluice.rows(
    `insert into dispatch.dead_letter (partition, position, reason, origin, key, headers, data, at)
     values (1, 9007199254740993, 'no event', $1, null, '{"ce_id":"only this"}', null, now())`,
    [EVENTS_TOPIC],
  );
  const [letter] = await listed('operator');
  expect(letter).toMatchObject({
    id: expect.stringMatching(/^dlt_[0-9a-f]{32}$/),
    origin: { sourceId: null, topic: EVENTS_TOPIC, partition: 1, offset: '9007199254740993', at: null },
  });
  expect(await shown('operator', letter!.id)).toMatchObject(letter!);
  expect((await putBack('operator', { ids: [letter!.id] })).done).toEqual([letter!.id]);
  await settled();
  expect((await listed('operator')).map(({ former }) => former)).toEqual([{ id: letter!.id, times: 1 }, null]);
  expect((await drop('operator', { ids: [letter!.id] })).done).toEqual([letter!.id]);
  expect(await shown('operator', letter!.id)).toMatchObject({ state: 'dropped', cameBackAs: expect.any(String) });
});

test('what was cut, dropped or never was is not put back, and each is told why', async () => {
  await unreadable(aRecord({ value: Buffer.alloc(KEPT_BYTES + 1) }));
  await unreadable(aRecord());
  const [whole, cut] = await listed('account-1');
  expect(cut).toMatchObject({ cutFrom: KEPT_BYTES + 1 });
  expect(cut!.bytes).toBeLessThanOrEqual(KEPT_BYTES);
  await drop('account-1', { ids: [whole!.id] });
  const { length: before } = await allOf(RETRIES_TOPIC);
  const { done, failed } = await putBack('account-1', { ids: [cut!.id, whole!.id, 'dlt_none'] });
  expect(done).toEqual([]);
  expect(failed).toHaveLength(3);
  expect(failed).toEqual(
    expect.arrayContaining([
      { id: cut!.id, code: 'conflict', reason: expect.stringContaining('cut') },
      { id: whole!.id, code: 'conflict', reason: 'it was dropped' },
      { id: 'dlt_none', code: 'not_found', reason: 'there is no such dead letter' },
    ]),
  );
  expect(await allOf(RETRIES_TOPIC)).toHaveLength(before);
});

test('a dropped one has no bytes any more, is known if it comes once more, and dropping it again changes nothing', async () => {
  const record = aRecord();
  await unreadable(record);
  const [letter] = await listed('account-1');
  expect(await drop('account-1', { ids: [letter!.id] })).toEqual({ done: [letter!.id], failed: [], more: false });
  const dropped = await shown('account-1', letter!.id);
  expect(dropped).toMatchObject({
    state: 'dropped',
    dropped: { by: 'account-1' },
    key: null,
    headers: [],
    value: null,
  });
  await unreadable(record);
  expect(await listed('account-1')).toEqual([]);
  expect((await drop('account-1', { ids: [letter!.id] })).done).toEqual([letter!.id]);
  expect(await shown('account-1', letter!.id)).toEqual(dropped);
});

test('a search that takes too long is ended, and what is behind it answers', async () => {
  await unreadable(aRecord());
  const holder = await sluice.pool.connect();
  try {
    await holder.query('begin');
    await holder.query('lock table dispatch.dead_letter in access exclusive mode');
    const many = Array.from({ length: 8 }, () =>
      commands().listDeadLetters({ credential: 'account-1', filter: {}, limit: 1 }),
    );
    const searches = Promise.allSettled(many);
    const waiting = () =>
      sluice.rows(
        `select pid, query_start from pg_stat_activity
         where datname = current_database() and wait_event_type = 'Lock' and query like '%dead_letter%' order by pid`,
      );
    // Shorter than PostgreSQL lets a search wait: those that are seen are still the first two.
    await vi.waitFor(async () => expect(await waiting()).toHaveLength(2), { timeout: 3_500 });
    const first = await waiting();
    const deliveryId = `msg_${'a'.repeat(32)}`;
    expect(await commands().getDelivery({ credential: 'account-1', deliveryId })).toMatchObject({ ok: false });
    // It was not their end that let it through.
    expect(await waiting()).toEqual(first);
    expect((await searches).map(({ status }) => status)).toEqual(Array(8).fill('rejected'));
  } finally {
    await holder.query('rollback');
    holder.release();
  }
  expect(await listed('account-1')).toHaveLength(1);
});

test('a stream that takes nothing loses nothing: the row is as it was, and is put back later', async () => {
  await unreadable(aRecord());
  await unreadable(aRecord());
  const before = await listed('account-1');
  const publish = async () => {
    throw new StreamUnavailable('away', 1);
  };
  const cut = await sluice.start({ instance: 'cut-off' }, { stream: { ...streamOf(sluice), publish } });
  const asked = { credential: 'account-1', selection: { filter: {} } };
  await expect(cut.service.commands.putBackDeadLetters(asked)).rejects.toThrow('nothing was put back');
  await sluice.stop(cut);
  expect(await listed('account-1')).toEqual(before);
  expect((await putBack('account-1', { filter: {} })).done).toHaveLength(2);
});

test('the log tells who put back or dropped how many, and from where', async () => {
  await unreadable(aRecord());
  await unreadable(aRecord());
  const lines: string[] = [];
  const destination = { write: (line: string) => lines.push(line) };
  const logger = createLogger({ service: 'dispatcher', level: 'info', destination });
  const running = await sluice.start({ instance: 'telling' }, { logger });
  const { commands: answers } = running.service;
  const asked = { credential: 'account-1', from: '192.0.2.7' };
  const [{ id }, other] = (await listed('account-1')) as [DeadLetterSummary, DeadLetterSummary];
  await answers.putBackDeadLetters({ ...asked, selection: { ids: [id, 'dlt_none'] } });
  await answers.dropDeadLetters({ ...asked, selection: { ids: [id, other.id] } });
  await sluice.stop(running);
  const told = lines.map((line) => JSON.parse(line)).filter(({ msg }) => String(msg).startsWith('dead_letters.'));
  const by = { level: 'info', keyId: 'account-1', from: '192.0.2.7', more: false };
  expect(told).toMatchObject([
    { ...by, msg: 'dead_letters.put_back', done: 1, failed: 1 },
    { ...by, msg: 'dead_letters.dropped', done: 2, failed: 0 },
  ]);
});

test('three who put the same back at once do it once', async () => {
  await unreadable(aRecord());
  const [letter] = await listed('account-1');
  let [arrived, allAreThere] = [0, () => {}];
  const together = new Promise<void>((resolve) => {
    allAreThere = resolve;
  });
  // Nobody publishes, nor notes it, before all of them have read the row.
  const publish: typeof sluice.stream.publish = async (...records) => {
    arrived += 1;
    if (arrived === 3) allAreThere();
    await together;
    return sluice.stream.publish(...records);
  };
  const running = await sluice.start({ instance: 'at-once' }, { stream: { ...streamOf(sluice), publish } });
  const asked = { credential: 'account-1', selection: { ids: [letter!.id] } };
  const answers = await Promise.all([1, 2, 3].map(() => running.service.commands.putBackDeadLetters(asked)));
  await sluice.stop(running);
  expect(answers.map((answer) => answerOf(answer).done)).toEqual(Array(3).fill([letter!.id]));
  expect(await shown('account-1', letter!.id)).toMatchObject({ state: 'put_back', putBack: { times: 1 } });
  const times = (await allOf(RETRIES_TOPIC))
    .map(readRetry)
    .flatMap((read) => (read.ok && read.former.id === letter!.id ? [read.former.times] : []));
  expect(times).toEqual([1, 1, 1]);
});

test('they are forgotten after 30 days, whatever became of them, a thousand at once', async () => {
  await unreadable(aRecord());
  await sluice.rows(`
    insert into dispatch.dead_letter (partition, position, reason, account_id, origin, at, put_back_at, dropped_at)
    select 7, n, 'old', 'account-1', 'orders.v1', now() - interval '30 days 1 minute',
      case n % 3 when 1 then now() end, case n % 3 when 2 then now() end
    from generate_series(1, 2500) n`);
  await sluice.rows(`
    create function dispatch.few() returns trigger language plpgsql as $$
      begin
        if (select count(*) from gone) > 1000 then raise exception 'too many at once'; end if;
        return null;
      end $$`);
  await sluice.rows(`create trigger few after delete on dispatch.dead_letter
    referencing old table as gone for each statement execute function dispatch.few()`);
  try {
    const one = await sluice.start({ instance: `one-${randomUUID()}` });
    const kept = () => sluice.rows('select reason from dispatch.dead_letter');
    await vi.waitFor(async () => expect(await kept()).toEqual([{ reason: 'the value is no JSON' }]), {
      timeout: 10_000,
    });
    await sluice.stop(one);
  } finally {
    await sluice.rows('drop trigger few on dispatch.dead_letter');
  }
});

test.each([
  ['account-1', 'account-1'],
  ['operator', null],
])('what was dropped or put back is not read again for what waits or is listed: %s', async (credential, accountId) => {
  await sluice.rows(
    `insert into dispatch.dead_letter
       (partition, position, reason, account_id, origin, headers, at, put_back_at, dropped_at)
     select 7, n, 'many', $1, 'orders.v1', '{}', now() - n * interval '1 second',
       case when n % 3 = 1 then now() end, case when n % 3 > 1 then now() end
     from generate_series(1, 6000) n`,
    [accountId],
  );
  await sluice.rows('analyze dispatch.dead_letter');
  const sight = { accountId: credential, nobodys: true };
  const plans: string[] = [];
  const pool = explaining(sluice.pool, plans);
  await chooseLetters(pool, sight, { state: 'waiting' }, { which: 'whole', limit: 10 });
  await readLetterPage(pool, sight, { filter: {}, limit: 10 });
  await readLetterPage(pool, sight, { filter: { state: 'dropped' }, limit: 10 });
  expect(plans).toHaveLength(3);
  for (const plan of plans) {
    // No row is read only to be thrown away, nor are all of them sorted.
    expect(plan).not.toContain('Rows Removed by Filter');
    expect(plan).not.toMatch(/rows=[1-9]\d{2,}\.?\d* loops/);
  }
});

/** PostgreSQL refuses such rows until the answer is called. */
async function refusing(condition: string, table: string): Promise<() => Promise<unknown>> {
  await sluice.rows(`
    create or replace function dispatch.refuse() returns trigger language plpgsql as
    $$ begin raise exception using errcode = '22000', message = 'refused'; end $$`);
  await sluice.rows(`create trigger refuse before insert on dispatch.${table}
    for each row when (${condition}) execute function dispatch.refuse()`);
  return () => sluice.rows(`drop trigger refuse on dispatch.${table}`);
}

function streamOf({ stream }: DispatcherUnderTest) {
  return {
    consume: stream.consume.bind(stream),
    read: stream.read.bind(stream),
    ranges: stream.ranges.bind(stream),
    positionsAt: stream.positionsAt.bind(stream),
  };
}
