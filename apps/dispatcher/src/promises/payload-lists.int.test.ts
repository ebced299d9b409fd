import { TABLE_CHANGED } from '@sluice/contracts/table-change';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { ChangingBase, toldBy } from '../testing/changing-base.js';
import { DispatcherUnderTest } from '../testing/dispatcher-under-test.js';
import { FIELD, TABLE } from '../testing/samples.js';

let sluice: DispatcherUnderTest;
let base: ChangingBase;

beforeAll(async () => {
  sluice = await DispatcherUnderTest.create();
  await sluice.start();
});
afterAll(() => sluice.close());

beforeEach(async () => {
  base = new ChangingBase(sluice);
  await sluice.rows('delete from dispatch.dead_letter');
});

const settled = () => vi.waitFor(async () => expect(await sluice.behind()).toBe(0n), { timeout: 15_000, interval: 20 });

test('who publishes and lists at once always sees it, also while a slow endpoint holds the partition', async () => {
  const webhook = base.webhook();
  sluice.webhook({ id: 'slow', eventType: TABLE_CHANGED });
  sluice.receiver.answer(({ path }) => (path === '/slow' ? 'hang' : { status: 200 }));
  for (let count = 1; count <= 25; count += 1) {
    await base.publish(count);
    const { payloads, cursor, mightHaveMore } = await base.list(webhook.id);
    expect(payloads.map((payload) => toldBy(payload).value)).toEqual(Array.from({ length: count }, (_, at) => at + 1));
    expect([cursor, mightHaveMore]).toEqual([count + 1, false]);
  }
  sluice.receiver.answer(() => ({ status: 200 }));
  await sluice.feed.delete('slow');
});

test('the same event goes to webhooks with a filter whole, byte for byte, and to those on its base as payloads', async () => {
  const whole = sluice.webhook({ eventType: TABLE_CHANGED, filter: '{"actionMetadata":{"source":"sync"}}' });
  const [one, two] = [base.webhook(), base.webhook()];
  const data = `{ "actionMetadata":{"source":"sync"}, "timestamp":"2026-06-01T09:30:05Z", "changedTablesById":{"${TABLE}":{"changedRecordsById":{"recA1b2C3d4E5f6G7":{"current":{"cellValuesByFieldId":{"${FIELD}":1.10}}}}}} }`;
  const id = await base.publish(null, {}, { data });
  const [arrival] = await sluice.receiver.waitFor(1, ({ path }) => path === `/${whole.id}`);
  expect(arrival?.body.toString()).toBe(data);
  const expected = `{"timestamp":"2026-06-01T09:30:05.000Z","baseTransactionNumber":1,"actionMetadata":{"source":"sync"},"payloadFormat":"v0","changedTablesById":{"${TABLE}":{"changedRecordsById":{"recA1b2C3d4E5f6G7":{"current":{"cellValuesByFieldId":{"${FIELD}":1.10}}}}}}}`;
  for (const { id: webhookId } of [one, two]) expect((await base.list(webhookId)).payloads).toEqual([expected]);
  await settled();
  const trail = await sluice.service.commands.eventTrail({
    credential: 'account-1',
    source: `/bases/${base.id}`,
    id,
  });
  expect(trail).toMatchObject({
    value: { matched: 3, deliveries: [{ webhookId: whole.id, state: 'delivered' }] },
  });
  const { payloads } = (trail as Extract<typeof trail, { ok: true }>).value;
  expect(payloads).toHaveLength(2);
  expect(payloads).toContainEqual({ webhookId: one.id, numbers: [1] });
  await sluice.feed.delete(whole.id);
});

test('a change counts in its base also when nobody gets a payload of it', async () => {
  await base.publish('nobody is there');
  const webhook = base.webhook({
    specification: { filters: { dataTypes: ['tableData'], recordChangeScope: 'tblZZZZZZZZZZZZZZ' } },
  });
  await base.publish('in another table');
  await settled();
  await sluice.feed.update(webhook.id, { specification: { filters: { dataTypes: ['tableData'] } } });
  await base.publish('there');
  const { payloads } = await base.list(webhook.id);
  expect(payloads.map(toldBy)).toEqual([{ transaction: 3, value: 'there' }]);
});

test('a webhook gets what came since it was created, for its account and base, until it has ended', async () => {
  sluice.feed.away = true;
  await base.publish('before');
  const webhook = base.webhook();
  const other = new ChangingBase(sluice).webhook();
  const foreign = base.webhook({ accountId: 'account-2' });
  const expired = base.webhook({ state: 'expired' });
  sluice.feed.away = false;
  const id = await base.publish('after');
  expect((await base.list(webhook.id)).payloads.map((payload) => toldBy(payload).value)).toEqual(['after']);
  await sluice.feed.delete(webhook.id);
  await base.publish('deleted');
  await settled();
  expect(await base.recorded(webhook.id)).toHaveLength(1);
  for (const { id } of [other, foreign, expired]) expect(await base.recorded(id)).toEqual([]);
  const late = base.webhook();
  const narrow = base.webhook({ specification: { filters: { dataTypes: ['tableFields'] } }, createdRevision: 1 });
  await vi.waitFor(async () => {
    const trail = await sluice.service.commands.eventTrail({
      credential: 'account-1',
      source: `/bases/${base.id}`,
      id,
    });
    expect(trail).toMatchObject({ ok: true });
    const { unmatched } = (trail as Extract<typeof trail, { ok: true }>).value;
    expect(unmatched).toHaveLength(3);
    expect(unmatched).toContainEqual({ webhookId: expired.id, reason: expect.stringContaining('expired') });
    expect(unmatched).toContainEqual({ webhookId: late.id, reason: expect.stringContaining('created after') });
    expect(unmatched).toContainEqual({ webhookId: narrow.id, reason: expect.stringContaining('specification') });
  });
});

test('what is no change of a base, or does not fit into its order, becomes a dead letter with the reason', async () => {
  const webhook = base.webhook();
  await base.publish(1);
  await base.publish(null, {}, { data: '{"actionMetadata":{"source":"client"},"surprise":1}' });
  await base.publish(null, {}, { data: 'no JSON' });
  await base.publish('numbered', { baseTransactionNumber: 7 });
  await base.publish(2);
  await base.publish('for all', {}, { audience: { to: 'all' } });
  await base.publish('of no base', {}, { source: '/elsewhere' });
  expect((await base.list(webhook.id)).payloads.map(toldBy)).toEqual([
    { transaction: 1, value: 1 },
    { transaction: 2, value: 2 },
  ]);
  await settled();
  const letters = await base.deadLetters();
  expect(letters).toHaveLength(5);
  for (const part of ['surprise', 'not JSON', 'are numbered by Sluice', 'for every account', '/elsewhere']) {
    expect(letters).toContainEqual(expect.stringContaining(part));
  }
});

test('numbers that publishers give must rise, and each change must have one', async () => {
  const webhook = base.webhook();
  for (const baseTransactionNumber of [5, 9, 9, 8, 12]) {
    await base.publish(baseTransactionNumber, { baseTransactionNumber });
  }
  await base.publish('without');
  const { payloads } = await base.list(webhook.id);
  expect(payloads.map((payload) => toldBy(payload).transaction)).toEqual([5, 9, 12]);
  await settled();
  expect(await base.deadLetters()).toEqual([
    expect.stringMatching(/\b9 does not rise: .* 9$/),
    expect.stringMatching(/\b8 does not rise: .* 9$/),
    expect.stringContaining('has no baseTransactionNumber'),
  ]);
});

test('a webhook whose field is destroyed gets the error payload as its last, and the registry is told', async () => {
  const watching = base.webhook({
    specification: { filters: { dataTypes: ['tableData'], watchDataInFieldIds: [FIELD] } },
  });
  const other = base.webhook();
  // The registry is away: nobody has told the dispatcher yet that the webhook is invalid.
  await base.publish('before');
  await base.list(watching.id);
  await base.publish(null, { changedTablesById: { [TABLE]: { destroyedFieldIds: [FIELD] } } });
  await base.publish('after');
  const { payloads } = await base.list(watching.id);
  expect(payloads).toHaveLength(2);
  expect(payloads[1]).toMatch(/"error":true,"code":"INVALID_HOOK"}$/);
  expect((await base.list(other.id)).payloads.map((payload) => toldBy(payload).value)).toEqual(['before', 'after']);
  await vi.waitFor(() => expect(sluice.feed.invalidated).toContain(watching.id));
  expect(sluice.feed.learnt).toContainEqual({
    accountId: 'account-1',
    baseId: base.id,
    tables: [expect.objectContaining({ tableId: TABLE, fields: [{ id: FIELD, destroyed: true }] })],
  });
  await vi.waitFor(async () => expect(await sluice.rows('select from dispatch.registry_note')).toEqual([]));
  await base.publish('long after');
  await base.list(other.id);
  expect(await base.recorded(watching.id)).toHaveLength(2);
});

test('pages go on where the last one ended, from whatever cursor', async () => {
  const webhook = base.webhook();
  for (let count = 1; count <= 7; count += 1) await base.publish(count);
  const page = async (cursor: number, limit: number) => {
    const { payloads, cursor: next, mightHaveMore } = await base.list(webhook.id, cursor, limit);
    return [payloads.map((payload) => toldBy(payload).value), next, mightHaveMore];
  };
  expect(await page(1, 3)).toEqual([[1, 2, 3], 4, true]);
  expect(await page(4, 3)).toEqual([[4, 5, 6], 7, true]);
  expect(await page(7, 3)).toEqual([[7], 8, false]);
  expect(await page(8, 3)).toEqual([[], 8, false]);
  expect(await page(0, 2)).toEqual([[1, 2], 3, true]);
  expect(await page(-5, 1)).toEqual([[1], 2, true]);
  expect(await page(1_000, 50)).toEqual([[], 1_000, false]);
  // Older ones are kept no more.
  await sluice.rows('delete from dispatch.payload where webhook_id = $1 and number < 5', [webhook.id]);
  expect(await page(2, 2)).toEqual([[5, 6], 7, true]);
  await sluice.rows('delete from dispatch.payload where webhook_id = $1', [webhook.id]);
  expect(await page(2, 2)).toEqual([[], 2, false]);
  const unread = base.webhook();
  expect(await base.list(unread.id)).toEqual({ payloads: [], cursor: 1, mightHaveMore: false });
});

test('a page holds no more bytes than may travel, and at least one payload', async () => {
  const webhook = base.webhook({
    specification: { filters: { dataTypes: ['tableData'] } },
  });
  const large = 'x'.repeat(900_000);
  for (let count = 1; count <= 6; count += 1) await base.publish(`${count}${large}`);
  const first = await base.list(webhook.id);
  expect(first.payloads).toHaveLength(4);
  expect([first.cursor, first.mightHaveMore]).toEqual([5, true]);
  expect(await base.list(webhook.id, first.cursor)).toMatchObject({ cursor: 7, mightHaveMore: false });
});

test('states tell the next number, for the webhooks that the caller may see', async () => {
  const [webhook, other] = [
    base.webhook(),
    base.webhook({ specification: { filters: { dataTypes: ['tableFields'] } } }),
  ];
  const foreign = new ChangingBase(sluice).webhook();
  await base.publish(1);
  await base.publish(2);
  const states = await sluice.service.commands.payloadListStates({
    credential: 'account-1',
    baseId: base.id,
    webhookIds: [webhook.id, other.id, foreign.id, 'achNoSuchWebhook0'],
  });
  const never = { lastNotificationResult: null, lastSuccessfulNotificationTime: null };
  expect(states).toEqual({
    ok: true,
    value: {
      states: [
        { webhookId: webhook.id, cursorForNextPayload: 3, ...never },
        { webhookId: other.id, cursorForNextPayload: 1, ...never },
      ],
    },
  });
});

test('who may not read is refused as the registry refuses', async () => {
  const webhook = base.webhook();
  const asked = { credential: 'account-2', baseId: base.id, webhookId: webhook.id, cursor: 1, limit: 50 };
  expect(await sluice.service.commands.listPayloads(asked)).toMatchObject({ refusal: { code: 'not_found' } });
});

test('a change for an account of an impossible name is a dead letter, and holds nobody up', async () => {
  const webhook = base.webhook();
  // As many keys as it takes to have one in each partition.
  for (let nth = 0; nth < 10; nth += 1) await base.publish(1, {}, { accountId: `account\0${nth}` });
  await base.publish(2);
  await vi.waitFor(async () => expect(await base.recorded(webhook.id)).toHaveLength(1), { timeout: 10_000 });
  await settled();
  expect(await base.deadLetters()).toEqual(Array(10).fill(expect.stringContaining('account')));
});
