import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { DispatcherUnderTest } from '../testing/dispatcher-under-test.js';
import { RECENT } from './recent-event-rows.js';

let sluice: DispatcherUnderTest;

beforeAll(async () => {
  sluice = await DispatcherUnderTest.create();
  await sluice.start();
});
afterAll(() => sluice.close());

const settled = () => vi.waitFor(async () => expect(await sluice.behind()).toBe(0n), { timeout: 30_000, interval: 50 });

/** What the account of that credential sees. */
async function preview(eventType: string, filter: string | null, credential = 'account-1') {
  const result = await sluice.service.commands.previewFilter({ credential, eventType, filter });
  if (!result.ok) throw new Error(result.refusal.message);
  return result.value.events;
}

test('tells of each event whether the filter lets it through, and which condition failed, the newest first', async () => {
  const type = 'tried';
  await sluice.publish({ type, id: 'first', data: '{"n":1152921504606846976}' });
  await settled();
  sluice.clock.advance(10);
  await sluice.publish({ type, id: 'second', data: '{"n":1152921504606846977}' });
  await sluice.publish({ type: 'another', id: 'third', data: '{"n":1152921504606846977}' });
  await settled();
  const events = await preview(type, '{"n":1152921504606846977}');
  expect(events).toMatchObject([
    { id: 'second', source: '/feeds/1', matched: true, reason: null },
    { id: 'first', matched: false, reason: 'n $eq 1152921504606846977: the event has 1152921504606846976' },
  ]);
  expect((await preview(type, null)).every(({ matched }) => matched)).toBe(true);
});

test('shows an account what is for it, and nothing else', async () => {
  const type = 'for.some';
  await sluice.publish({ type, id: 'own' });
  await sluice.publish({ type, id: 'foreign', accountId: 'account-2' });
  await sluice.publish({
    type,
    id: 'named',
    accountId: 'account-2',
    audience: { to: 'account', accountId: 'account-1' },
  });
  await sluice.publish({ type, id: 'everybody', accountId: 'account-2', audience: { to: 'all' } });
  await sluice.publish({ type, id: 'given-away', audience: { to: 'account', accountId: 'account-2' } });
  await settled();
  const ids = async (credential: string) => (await preview(type, null, credential)).map(({ id }) => id).sort();
  expect(await ids('account-1')).toEqual(['everybody', 'named', 'own']);
  expect(await ids('account-2')).toEqual(['everybody', 'foreign', 'given-away']);
});

test(`keeps the newest ${RECENT} of a type, whatever other types are busy with`, async () => {
  await sluice.publish({ type: 'rare', id: 'rare' });
  const publish = async (prefix: string, events: number) => {
    await Promise.all(
      Array.from({ length: events }, (_, at) => sluice.publish({ type: 'busy', id: `${prefix}-${at}` })),
    );
    await settled();
    sluice.clock.advance(1_000);
  };
  await publish('old', RECENT);
  expect(await preview('busy', null)).toHaveLength(RECENT);
  await publish('new', RECENT + 200);
  await publish('newest', 1);
  const busy = await preview('busy', null);
  expect(busy).toHaveLength(RECENT);
  expect(busy[0]?.id).toBe('newest-0');
  expect(busy.filter(({ id }) => id.startsWith('old-'))).toEqual([]);
  const [row] = await sluice.rows<{ count: number }>(
    "select count(*)::int as count from dispatch.recent_event where convert_from(type, 'utf8') = 'busy'",
  );
  expect(row!.count).toBeLessThanOrEqual(RECENT);
  expect(await preview('rare', null)).toHaveLength(1);
});

test('lists events that can not be tried, and says why', async () => {
  const type = 'untried';
  await sluice.publish({ type, id: 'text', data: 'no JSON' });
  await sluice.publish({ type, id: 'large', data: JSON.stringify({ text: 'x'.repeat(100_000) }) });
  await settled();
  const events = await preview(type, '{"text":{"$exist":true}}');
  expect(Object.fromEntries(events.map(({ id, reason }) => [id, reason]))).toEqual({
    text: expect.stringMatching(/no JSON that a filter could read/),
    large: 'the event is too large to be tried here',
  });
});

test('refuses what is no filter, with the place in it', async () => {
  const wrong = { credential: 'account-1', eventType: 'tried', filter: '{"n":{"$gt":{}}}' };
  expect(await sluice.service.commands.previewFilter(wrong)).toMatchObject({
    ok: false,
    refusal: { code: 'invalid', field: expect.stringMatching(/^filter\.n/) },
  });
});

test('outlives a restart', async () => {
  const type = 'kept';
  await sluice.publish({ type, id: 'before' });
  await settled();
  const again = await sluice.start({ instance: 'dispatcher-2' });
  const [first] = [sluice.service];
  expect(first).not.toBe(again.service);
  await vi.waitFor(async () => {
    const result = await again.service.commands.previewFilter({
      ...{ credential: 'account-1', eventType: type, filter: null },
    });
    expect(result).toMatchObject({ ok: true, value: { events: [{ id: 'before' }] } });
  });
});
