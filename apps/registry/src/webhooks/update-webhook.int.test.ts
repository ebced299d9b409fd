import type { FilterWebhook } from '@sluice/contracts/webhook-feed';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createBaseUnderTest, SPECIFICATION } from '../testing/base-under-test.js';
import { publishedFacts } from '../testing/published-facts.js';
import {
  type RegistryUnderTest,
  refusal,
  startRegistryUnderTest,
  value,
  wanted,
} from '../testing/registry-under-test.js';
import { Tenant } from '../testing/tenant.js';

let registry: RegistryUnderTest;
let credential: string;

beforeAll(async () => {
  registry = await startRegistryUnderTest();
  credential = registry.operator.keys.live.key;
});
afterAll(() => registry.close());

type Change = Partial<Omit<Parameters<RegistryUnderTest['commands']['updateWebhook']>[0], 'credential' | 'webhookId'>>;
type Creation = Partial<Omit<Parameters<RegistryUnderTest['commands']['createWebhook']>[0], 'dialect'>>;

const create = (changes: Creation = {}) =>
  registry.commands.createWebhook({ ...wanted, face: 'v1', credential, ...changes });
const update = (webhookId: string, change: Change) =>
  registry.commands.updateWebhook({ credential, webhookId, options: {}, ...change });
const read = async (webhookId: string) =>
  (await value(registry.commands.getWebhook({ credential, webhookId }))).webhook;

/** As dispatchers are told of it. */
async function inFeed(webhookId: string): Promise<FilterWebhook> {
  const { changes } = await registry.commands.follow({ dispatcher: 'reader', after: 0, waitMs: 0, limit: 10_000 });
  await registry.commands.leave({ dispatcher: 'reader' });
  return changes.find((change) => change.webhookId === webhookId)?.webhook as FilterWebhook;
}

const options = {
  description: 'Orders of the shop',
  ordering: 'subject',
  rateLimit: 2.5,
  concurrency: 3,
  retrySchedule: [0, 1.5, 60],
} as const;

test('options that are given at creation are shown, and told to dispatchers', async () => {
  const made = await value(create({ options: { ...options, retrySchedule: [...options.retrySchedule] } }));
  expect(made.webhook).toMatchObject({ id: made.id, state: 'enabled', ...options });
  expect(await read(made.id)).toEqual(made.webhook);
  const { description, ...told } = options;
  expect(await inFeed(made.id)).toMatchObject(told);
});

test('without options a webhook has none, and those that are set to null are none again', async () => {
  const none = {
    description: null,
    ordering: 'none',
    rateLimit: null,
    concurrency: null,
    retrySchedule: null,
  } as const;
  const { id, webhook } = await value(create());
  expect(webhook).toMatchObject(none);
  await value(update(id, { options: { ...options, retrySchedule: [0] } }));
  expect((await value(update(id, { options: none }))).webhook).toEqual(webhook);
});

test('a change changes what is given and nothing else, under a new revision', async () => {
  const before = await value(create({ filter: '{"a":1}', options: { rateLimit: 1, description: 'x' } }));
  const after = await value(update(before.id, { options: { concurrency: 2 } }));
  expect(after.revision).toBe(before.revision + 1);
  expect(after.webhook).toEqual({ ...before.webhook, concurrency: 2 });
  expect(await read(before.id)).toEqual(after.webhook);
  const unfiltered = await value(update(before.id, { filter: null, options: {} }));
  expect(unfiltered.webhook).toEqual({ ...after.webhook, filter: null });
});

test('what is so already is no change: no revision, no fact, no entry in the audit trail', async () => {
  const { id, revision } = await value(create({ options: { retrySchedule: [0, 5] } }));
  const same = { endpoint: wanted.endpoint, filter: null, options: { retrySchedule: [0, 5], rateLimit: null } };
  expect((await value(update(id, same))).revision).toBe(revision);
  expect((await value(update(id, {}))).revision).toBe(revision);
  const trail = await registry.database.query('select action from registry.audit_entry where subject = $1', [id]);
  expect(trail).toEqual([{ action: 'webhook.created' }]);
});

test('a webhook that moves takes its secrets along, and they can be read at the new endpoint alone', async () => {
  const { id, header, signingSecret } = await value(create());
  const { webhook } = await value(update(id, { endpoint: 'http://10.1.2.3:8080' }));
  expect(webhook.endpoint).toBe('http://10.1.2.3:8080/');
  expect(await inFeed(id)).toMatchObject({
    state: 'enabled',
    endpoint: 'http://10.1.2.3:8080/',
    headers: [header],
    secrets: [{ secret: signingSecret }],
  });
  await registry.database.query('update registry.webhook set endpoint = $1 where id = $2', [wanted.endpoint, id]);
  expect(await inFeed(id)).toMatchObject({ state: 'paused', headers: [] });
  expect(await refusal(update(id, { endpoint: 'https://example.com/elsewhere' }))).toMatchObject({
    code: 'conflict',
    field: 'endpoint',
  });
});

test('the audit trail says who changed it and from where, and the topic that it changed', async () => {
  const { id } = await value(create());
  const from = '203.0.113.9';
  const { revision } = await value(update(id, { endpoint: 'https://example.com/new', from }));
  const { keyId } = await value(registry.commands.authorize({ credential, purpose: 'read' }));
  const trail = await registry.database.query(
    "select key_id, came_from from registry.audit_entry where subject = $1 and action = 'webhook.updated'",
    [id],
  );
  expect(trail).toEqual([{ key_id: keyId, came_from: from }]);
  expect((await publishedFacts(registry, id)).at(-1)).toMatchObject({
    type: 'webhook.updated',
    revision,
    endpoint: 'https://example.com/new',
  });
});

describe('refusals name the field as our own API has it', () => {
  const waits = (count: number, seconds: number) => Array.from({ length: count }, () => seconds);
  test.each<[Change, string, string]>([
    [{ endpoint: 'ftp://example.com' }, 'endpoint', 'endpoint must be an absolute http or https URL'],
    [{ endpoint: 'http://127.0.0.1/' }, 'endpoint', "endpoint can't be delivered to: "],
    [{ filter: '{"a":{"$near":1}}' }, 'filter.a.$near', 'filter.a.$near: unknown operator'],
    [{ options: { description: 'x'.repeat(501) } }, 'description', 'description is longer than 500 characters'],
    [{ options: { description: 'a\0b' } }, 'description', 'description contains control characters'],
    [{ options: { rateLimit: 0.09 } }, 'rate_limit', 'rate_limit must be a number from 0.1 to 10000'],
    [{ options: { rateLimit: 10_000.5 } }, 'rate_limit', 'rate_limit must be a number from 0.1 to 10000'],
    [{ options: { rateLimit: Number.NaN } }, 'rate_limit', 'rate_limit must be a number from 0.1 to 10000'],
    [{ options: { concurrency: 0 } }, 'concurrency', 'concurrency must be a whole number from 1 to 32'],
    [{ options: { concurrency: 33 } }, 'concurrency', 'concurrency must be a whole number from 1 to 32'],
    [{ options: { concurrency: 1.5 } }, 'concurrency', 'concurrency must be a whole number from 1 to 32'],
    [{ options: { retrySchedule: [] } }, 'retry_schedule', 'retry_schedule must have 1 to 20 entries'],
    [{ options: { retrySchedule: waits(21, 0) } }, 'retry_schedule', 'retry_schedule must have 1 to 20 entries'],
    [{ options: { retrySchedule: [0, -1] } }, 'retry_schedule.1', 'retry_schedule.1 must be a number of seconds'],
    [{ options: { retrySchedule: [604_801] } }, 'retry_schedule.0', 'retry_schedule.0 must be a number of seconds'],
    [{ options: { retrySchedule: waits(2, 400_000) } }, 'retry_schedule', 'retry_schedule adds up to more than 604800'],
  ])('%.80j', async (change, field, message) => {
    const { id } = await value(create());
    const refused = await refusal(update(id, change));
    expect(refused).toMatchObject({ code: 'invalid', field });
    expect(refused.message.slice(0, message.length)).toBe(message);
    const { options: given, ...others } = change;
    expect(await refusal(create({ ...others, ...(given === undefined ? {} : { options: given }) }))).toEqual(refused);
  });

  test('at the limits there is none', async () => {
    for (const rateLimit of [0.1, 10_000]) await value(create({ options: { rateLimit } }));
    for (const concurrency of [1, 32]) await value(create({ options: { concurrency } }));
    for (const retrySchedule of [[604_800], waits(20, 30_240)]) await value(create({ options: { retrySchedule } }));
    await value(create({ options: { description: 'x'.repeat(500) } }));
  });

  test('a filter needs no sample, and one that is given must satisfy it', async () => {
    const filter = '{"a":1}';
    await value(create({ filter }));
    await value(create({ filter, sample: '{"a":1}' }));
    expect(await refusal(create({ filter, sample: '{"a":2}' }))).toMatchObject({
      field: 'sample',
      message: 'sample does not satisfy filter: a $eq 1: the event has 2',
    });
    expect(await refusal(create({ eventType: 'no.such' }))).toMatchObject({ field: 'event_type' });
  });
});

test("what is another account's, unknown or deleted can't be told apart, and is neither shown nor changed", async () => {
  const stranger = (await Tenant.make(registry)).credential;
  const { id } = await value(create());
  const { id: deleted } = await value(create());
  await value(registry.commands.deleteWebhook({ credential, webhookId: deleted }));
  const unknown = { code: 'not_found', message: 'there is no such webhook', field: 'webhook_id' };
  const asks = [
    (asker: string, webhookId: string) => registry.commands.getWebhook({ credential: asker, webhookId }),
    (asker: string, webhookId: string) =>
      registry.commands.updateWebhook({ credential: asker, webhookId, options: { rateLimit: 1 } }),
    (asker: string, webhookId: string) =>
      registry.commands.switchWebhook({ credential: asker, webhookId, turn: 'pause' }),
    (asker: string, webhookId: string) =>
      registry.commands.startWebhookFrom({ credential: asker, webhookId, startFrom: 'earliest' }),
  ];
  for (const ask of asks) {
    for (const webhookId of [id, '01ARZ3NDEKTSV4RRFFQ69G5FAV', '', '\0', 'ach00000000000000']) {
      expect(await refusal(ask(stranger, webhookId))).toEqual(unknown);
    }
    expect(await refusal(ask(credential, deleted))).toEqual(unknown);
  }
  expect(await read(id)).toMatchObject({ rateLimit: null, state: 'enabled' });
});

test('a webhook of a base is shown to its account, and changed through the API of its base alone', async () => {
  const base = await createBaseUnderTest(registry);
  const wantedOfBase = { baseId: base.baseId, notificationUrl: null, specification: SPECIFICATION };
  const { id } = await value(registry.commands.createBaseWebhook({ credential: base.creator, ...wantedOfBase }));
  const asOwner = { credential: base.adminKey, webhookId: id };
  expect((await value(registry.commands.getWebhook(asOwner))).webhook).toMatchObject({ id, baseId: base.baseId });
  for (const changing of [
    registry.commands.updateWebhook({ ...asOwner, options: {} }),
    registry.commands.switchWebhook({ ...asOwner, turn: 'pause' }),
    registry.commands.deleteWebhook(asOwner),
  ]) {
    expect(await refusal(changing)).toMatchObject({ code: 'conflict', message: expect.stringContaining('of a base') });
  }
});
