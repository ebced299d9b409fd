import { afterEach, beforeEach, expect, test } from 'vitest';
import { type BaseUnderTest, createBaseUnderTest, SPECIFICATION } from '../testing/base-under-test.js';
import { publishedFacts } from '../testing/published-facts.js';
import { type RegistryUnderTest, refusal, startRegistryUnderTest, value } from '../testing/registry-under-test.js';

const HOUR_MS = 60 * 60 * 1_000;
const DAY_MS = 24 * HOUR_MS;
const WEEK_MS = 7 * DAY_MS;
const EXPIRED = { code: 'not_found', message: expect.stringContaining('has expired') };
const UNKNOWN = { code: 'not_found', message: 'there is no such webhook in this base' };

let registry: RegistryUnderTest;
let base: BaseUnderTest;
let credential: string;
let baseId: string;

beforeEach(async () => {
  registry = await startRegistryUnderTest();
  base = await createBaseUnderTest(registry);
  ({ creator: credential, baseId } = base);
});
afterEach(() => registry.close());

const create = (by = credential) =>
  value(
    registry.commands.createBaseWebhook({
      credential: by,
      baseId,
      notificationUrl: 'https://example.org/',
      specification: SPECIFICATION,
    }),
  );
const list = async () => (await value(registry.commands.listBaseWebhooks({ credential, baseId }))).webhooks;
const lookUp = async (webhookId: string) => (await list()).find(({ id }) => id === webhookId);
const ask = (webhookId: string) => ({ credential, baseId, webhookId });
const read = (webhookId: string) => registry.commands.readPayloads(ask(webhookId));
const refresh = (webhookId: string) => registry.commands.refreshBaseWebhook(ask(webhookId));
const revision = async () => (await registry.commands.revision({})).revision;
const pass = (milliseconds: number) => registry.clock.advance(milliseconds);

/** Runs a command and demands that the expiry which it answers, or leaves, is seven days after it, to the millisecond. */
async function demandNewLife(run: () => Promise<string | null>): Promise<void> {
  const now = async () => {
    const [row] = await registry.database.query<{ now: Date }[]>('select clock_timestamp() as now');
    return row!.now.getTime() + registry.clock.shiftMs;
  };
  const before = await now();
  const expiry = Date.parse((await run())!);
  expect(expiry).toBeGreaterThanOrEqual(before + WEEK_MS);
  expect(expiry).toBeLessThanOrEqual((await now()) + WEEK_MS);
}

/** What the feed has after a revision: of each webhook its state, or that it is gone. */
async function feedAfter(after: number) {
  const { changes } = await registry.commands.follow({ dispatcher: 'reader', after, waitMs: 0, limit: 100 });
  await registry.commands.leave({ dispatcher: 'reader' });
  return changes.map(({ webhookId, webhook }) => [webhookId, webhook?.state ?? 'deleted']);
}

test('a month: what is refreshed or read lives on, what is only listed or toggled expires, and is gone a week later', async () => {
  const refreshed = await create();
  const polled = await create();
  const left = await create();
  const legacy = await create(base.legacyKey);
  expect(legacy.expirationTime).toBeNull();
  const start = await revision();

  // The first six days and 23 hours, hour by hour in great steps: looking and toggling don't extend.
  for (let day = 1; day <= 6; day++) {
    pass(DAY_MS);
    expect(await lookUp(left.id)).toMatchObject({ isHookEnabled: true, expirationTime: left.expirationTime });
  }
  await value(registry.commands.enableNotifications({ ...ask(left.id), enable: false }));
  expect(await lookUp(left.id)).toMatchObject({ areNotificationsEnabled: false, expirationTime: left.expirationTime });
  const toggled = await revision();
  expect(toggled).toBe(start + 1);
  pass(23 * HOUR_MS);

  await demandNewLife(async () => (await value(refresh(refreshed.id))).expirationTime);
  await demandNewLife(async () => {
    await value(read(polled.id));
    return (await lookUp(polled.id))!.expirationTime;
  });
  expect(await value(refresh(legacy.id))).toEqual({ expirationTime: null });
  await value(read(legacy.id));
  expect(await lookUp(legacy.id)).toMatchObject({ expirationTime: null, isHookEnabled: true });
  // Neither was worth a revision.
  expect(await revision()).toBe(toggled);

  // The eighth day: the third expires, and dispatchers hear of it.
  pass(HOUR_MS);
  expect(await lookUp(left.id)).toMatchObject({ isHookEnabled: false, expirationTime: left.expirationTime });
  await expect.poll(() => feedAfter(toggled), { timeout: 10_000 }).toEqual([[left.id, 'expired']]);
  const expired = await revision();
  expect(await refusal(refresh(left.id))).toMatchObject(EXPIRED);
  for (const enable of [true, false]) {
    expect(await refusal(registry.commands.enableNotifications({ ...ask(left.id), enable }))).toMatchObject(EXPIRED);
  }

  // Days 8 to 13: readable, and reading does not bring it back. The others are kept alive every day.
  for (let day = 8; day <= 13; day++) {
    pass(DAY_MS);
    await value(read(left.id));
    expect(await lookUp(left.id)).toMatchObject({ isHookEnabled: false, expirationTime: left.expirationTime });
    await demandNewLife(async () => (await value(refresh(refreshed.id))).expirationTime);
    await value(read(polled.id));
  }
  expect(await revision()).toBe(expired);

  // The fifteenth day: gone for everybody, whether or not the loop has come by.
  pass(DAY_MS);
  expect(await refusal(read(left.id))).toEqual(UNKNOWN);
  expect(await refusal(refresh(left.id))).toEqual(UNKNOWN);
  expect(await refusal(registry.commands.deleteBaseWebhook(ask(left.id)))).toEqual(UNKNOWN);
  expect(await lookUp(left.id)).toBeUndefined();
  await expect.poll(() => feedAfter(expired), { timeout: 10_000 }).toEqual([[left.id, 'deleted']]);
  const [row] = await registry.database.query('select sealed, specification from registry.webhook where id = $1', [
    left.id,
  ]);
  expect(row).toEqual({ sealed: null, specification: null });
  const facts = await publishedFacts(registry, left.id);
  expect(facts.map(({ type }) => type)).toEqual([
    'webhook.created',
    'webhook.updated',
    'webhook.expired',
    'webhook.deleted',
  ]);

  // To the thirtieth day the refreshed one goes on, the polled one is left alone, the legacy one needs nobody.
  for (let day = 15; day <= 29; day++) {
    pass(DAY_MS);
    await value(refresh(refreshed.id));
  }
  await expect
    .poll(async () => (await list()).map(({ id }) => id), { timeout: 10_000 })
    .toEqual([refreshed.id, legacy.id]);
  await expect
    .poll(async () => (await feedAfter(expired)).map(([id, state]) => `${id} ${state}`).sort(), { timeout: 10_000 })
    .toEqual([`${left.id} deleted`, `${polled.id} deleted`].sort());
  expect(await list()).toMatchObject([{ isHookEnabled: true }, { isHookEnabled: true, expirationTime: null }]);
  pass(400 * DAY_MS);
  expect(await lookUp(legacy.id)).toMatchObject({ isHookEnabled: true });
});

test('a registry that slept through a life ends it when it wakes, once, however many wake', async () => {
  const { id } = await create();
  await registry.another();
  const before = await revision();
  pass(4 * WEEK_MS);
  await expect.poll(() => feedAfter(before), { timeout: 10_000 }).toEqual([[id, 'deleted']]);
  const trail = await registry.database.query(
    `select action, key_id, reason from registry.audit_entry where subject = $1 and action <> 'webhook.created' order by id`,
    [id],
  );
  expect(trail).toEqual([
    { action: 'webhook.expired', key_id: null, reason: null },
    { action: 'webhook.deleted', key_id: null, reason: 'it expired, and could be read for another 7 days' },
  ]);
});

test('an invalid webhook is gone when an expired one would be', async () => {
  const { id, expirationTime } = await create();
  await registry.commands.invalidateWebhook({ webhookId: id, reason: 'gone' });
  pass(WEEK_MS + 6 * DAY_MS);
  await value(read(id));
  expect(await lookUp(id)).toMatchObject({ isHookEnabled: false, expirationTime });
  pass(DAY_MS);
  expect(await refusal(read(id))).toEqual(UNKNOWN);
  await expect
    .poll(async () => (await publishedFacts(registry, id)).at(-1)?.type, { timeout: 10_000 })
    .toBe('webhook.deleted');
});

test('more than a batch expire together', async () => {
  const { id } = await create();
  await registry.database.query(
    `insert into registry.webhook
     select (jsonb_populate_record(webhook, jsonb_build_object(
       'id', 'ach' || lpad(n::text, 14, '0'), 'revision', 1000000 + n, 'created_revision', 1000000 + n))).*
     from registry.webhook, generate_series(1, 180) n where webhook.id = $1`,
    [id],
  );
  pass(WEEK_MS);
  const states = () =>
    registry.database.query('select state, count(*)::int as webhooks from registry.webhook group by 1');
  await expect.poll(states, { timeout: 10_000 }).toEqual([{ state: 'expired', webhooks: 181 }]);
});

test('a webhook that expires while it is being read stays expired', async () => {
  const { id, expirationTime } = await create();
  const expiring = registry.database.createQueryRunner();
  await expiring.startTransaction();
  await expiring.query(`update registry.webhook set state = 'expired' where id = $1`, [id]);
  const reading = read(id);
  const waiting = `select 1 from pg_stat_activity where wait_event_type = 'Lock' and query like 'update registry.webhook%'`;
  await expect.poll(() => registry.database.query(waiting), { timeout: 10_000 }).toHaveLength(1);
  await expiring.commitTransaction();
  await expiring.release();
  await value(reading);
  expect(await lookUp(id)).toMatchObject({ isHookEnabled: false, expirationTime });
});
