import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type RegistryUnderTest,
  refusal,
  startRegistryUnderTest,
  value,
  wanted,
} from '../testing/registry-under-test.js';

let registry: RegistryUnderTest;
let credential: string;
let accountId: string;

beforeAll(async () => {
  registry = await startRegistryUnderTest();
  ({ credential, accountId } = await tenant());
});
afterAll(() => registry.close());

async function tenant(): Promise<{ credential: string; accountId: string }> {
  const { key } = registry.operator.keys.admin;
  const { adminKey, accountId } = await value(registry.commands.createAccount({ credential: key, name: 'Tenant' }));
  return { credential: adminKey.key, accountId };
}

const create = (changes: Partial<Omit<Parameters<typeof registry.commands.createWebhook>[0], 'dialect'>> = {}) =>
  registry.commands.createWebhook({ ...wanted, credential, ...changes });

test('a new webhook comes with its secrets, and the signing secret can be asked for again', async () => {
  const created = await value(create());
  expect(created.id).toMatch(/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/);
  expect(created.header).toEqual({ name: 'x-airstack-webhook', value: expect.stringMatching(/^[\w-]{43}$/) });
  expect(created.signingSecret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
  const { secret } = await value(registry.commands.webhookSecret({ credential, webhookId: created.id }));
  expect(secret).toBe(created.signingSecret);
  const other = await value(create());
  expect(other.signingSecret).not.toBe(created.signingSecret);
  expect(other.header.value).not.toBe(created.header.value);
});

describe('refusals name the field as the client wrote it', () => {
  const filter = '{"followerProfileId":{"$eq":3761}}';
  test.each([
    [{ endpoint: '' }, 'endpoint', 'endpoint is required'],
    [{ endpoint: '/hook' }, 'endpoint', 'endpoint must be an absolute http or https URL'],
    [{ endpoint: 'example.com/hook' }, 'endpoint', 'endpoint must be an absolute http or https URL'],
    [{ endpoint: 'ftp://example.com' }, 'endpoint', 'endpoint must be an absolute http or https URL'],
    [{ endpoint: `https://example.com/${'x'.repeat(2_048)}` }, 'endpoint', 'endpoint is longer than 2048 characters'],
    [{ endpoint: ' https://example.com' }, 'endpoint', 'endpoint begins or ends with white space'],
    [{ endpoint: 'https://example.com/\u00a0' }, 'endpoint', 'endpoint begins or ends with white space'],
    [{ endpoint: 'https://example.com/\0' }, 'endpoint', 'endpoint contains control characters'],
    [{ endpoint: 'https://exam\nple.com/' }, 'endpoint', 'endpoint contains control characters'],
    [{ endpoint: 'https://example.com/\u0085a' }, 'endpoint', 'endpoint contains control characters'],
    [{ endpoint: 'https://example.com/#top' }, 'endpoint', 'endpoint has a fragment (#…), which no request carries'],
    [{ endpoint: 'https://example.com/#' }, 'endpoint', 'endpoint has a fragment (#…), which no request carries'],
    [{ endpoint: 'https://a:b@example.com' }, 'endpoint', "endpoint can't be delivered to: a URL with a user name"],
    [{ endpoint: 'http://169.254.169.254/latest' }, 'endpoint', "endpoint can't be delivered to: "],
    [{ endpoint: 'http://0x7f.1:8080/' }, 'endpoint', "endpoint can't be delivered to: "],
    [{ endpoint: 'http://[::ffff:10.0.0.1]/' }, 'endpoint', "endpoint can't be delivered to: "],
    [{ endpoint: 'http://localhost/' }, 'endpoint', "endpoint can't be delivered to: "],
    [{ eventType: '' }, 'filter_config.event_type', 'filter_config.event_type is required'],
    [
      { eventType: 'follow.paused' },
      'filter_config.event_type',
      'filter_config.event_type must be one of profile.created, profile.updated, follow.created, follow.deleted',
    ],
    [{ eventType: 'table.changed' }, 'filter_config.event_type', 'filter_config.event_type must be one of '],
    [{ filter: '{"a":{"$near":1}}' }, 'filter_config.filter.a.$near', 'filter_config.filter.a.$near: unknown operator'],
    [{ filter: '{"$or":[]}' }, 'filter_config.filter.$or', 'filter_config.filter.$or: '],
    [{ filter: '[1]' }, 'filter_config.filter', 'filter_config.filter: a filter is an object'],
    [{ filter: '{"a":1,"a":2}' }, 'filter_config.filter', 'filter_config.filter: not valid JSON'],
    [{ filter }, 'filter_config.payload', 'filter_config.payload is required with a filter'],
    [{ filter: '{}' }, 'filter_config.payload', 'filter_config.payload is required with a filter'],
    [{ filter, sample: '{"a":' }, 'filter_config.payload', 'filter_config.payload is not valid JSON'],
    [{ sample: '{"a":1,"a":2}' }, 'filter_config.payload', 'filter_config.payload is not valid JSON'],
    [
      { filter, sample: '{"followerProfileId":"12"}' },
      'filter_config.payload',
      'filter_config.payload does not satisfy filter_config.filter: followerProfileId $eq 3761: the event has "12"',
    ],
  ])('%.70j', async (changes, field, message) => {
    const refused = await refusal(create(changes));
    expect(refused).toMatchObject({ code: 'invalid', field });
    expect(refused.message.slice(0, message.length)).toBe(message);
  });
});

test('a range that the operator opened may be named, and a filter that its sample satisfies is kept to the letter', async () => {
  const filter = '{ "blockNumber": 1152921504606846977, "followerProfileId": 3761 }';
  const sample = '{"blockNumber":1152921504606846977,"followerProfileId":"3761"}';
  const { id } = await value(create({ endpoint: 'http://10.1.2.3:8080/a', filter, sample }));
  const [row] = await registry.database.query('select endpoint, filter from registry.webhook where id = $1', [id]);
  expect(row).toEqual({ endpoint: 'http://10.1.2.3:8080/a', filter });
});

test("another tenant's webhook looks like an unknown one, to deletion and for its secret", async () => {
  const { id } = await value(create());
  const stranger = (await tenant()).credential;
  for (const ask of [registry.commands.deleteWebhook, registry.commands.webhookSecret]) {
    const unknown = await refusal(ask({ credential: stranger, webhookId: '01ARZ3NDEKTSV4RRFFQ69G5FAV' }));
    expect(unknown).toEqual({ code: 'not_found', message: 'there is no such webhook', field: 'webhook_id' });
    for (const webhookId of [id, id.toLowerCase(), '', '\0', 'x'.repeat(100)]) {
      expect(await refusal(ask({ credential: stranger, webhookId }))).toEqual(unknown);
    }
  }
  await value(registry.commands.webhookSecret({ credential, webhookId: id }));
});

test('what was deleted is gone: its secret, and a second deletion', async () => {
  const { id } = await value(create());
  const { revision } = await value(registry.commands.deleteWebhook({ credential, webhookId: id }));
  expect(revision).toBe((await registry.commands.revision({})).revision);
  expect(await refusal(registry.commands.webhookSecret({ credential, webhookId: id }))).toMatchObject({
    code: 'not_found',
  });
  expect(await refusal(registry.commands.deleteWebhook({ credential, webhookId: id }))).toMatchObject({
    code: 'not_found',
  });
  const [row] = await registry.database.query('select sealed, sealing_key from registry.webhook where id = $1', [id]);
  expect(row).toEqual({ sealed: null, sealing_key: null });
});

test('the limit of webhooks holds under concurrency, and a deletion makes room', async () => {
  const { commands } = await registry.another({ webhooksPerAccount: 3 });
  const own = await tenant();
  const add = () => commands.createWebhook({ ...wanted, credential: own.credential });
  const results = await Promise.all(Array.from({ length: 8 }, add));
  const made = results.flatMap((result) => (result.ok ? [result.value.id] : []));
  expect(made).toHaveLength(3);
  expect(await refusal(add())).toEqual({
    code: 'too_many',
    message: 'this account has 3 webhooks, which is the most that it may have',
  });
  await value(commands.deleteWebhook({ credential: own.credential, webhookId: made[0]! }));
  await value(add());
});

test('disabling counts once: one revision, one fact, the first reason', async () => {
  const { id } = await value(create());
  const disable = (reason: string) => registry.commands.disableWebhook({ webhookId: id, reason });
  const answers = await Promise.all([disable('410 \0Gone'), disable('410 \0Gone'), disable('410 \0Gone')]);
  expect(new Set(answers.map(({ revision }) => revision)).size).toBe(1);
  expect(await disable('another reason')).toEqual(answers[0]);

  const [row] = await registry.database.query(
    'select state, disabled_reason, revision::int from registry.webhook where id = $1',
    [id],
  );
  expect(row).toEqual({ state: 'disabled', disabled_reason: '410  Gone', revision: answers[0]!.revision });
});

test('disabling what is not there, or no longer, answers the newest revision and changes nothing', async () => {
  const { id } = await value(create());
  const { revision } = await value(registry.commands.deleteWebhook({ credential, webhookId: id }));
  for (const webhookId of [id, '01ARZ3NDEKTSV4RRFFQ69G5FAV', '\0']) {
    expect(await registry.commands.disableWebhook({ webhookId, reason: 'gone' })).toEqual({ revision });
  }
});

test('the list is searched by any place that people know a webhook by, and by state', async () => {
  const own = await tenant();
  const webhook = async (endpoint: string, description: string | null) =>
    (await value(create({ credential: own.credential, endpoint, options: { description } }))).id;
  const first = await webhook('https://Example.com/100%25_a', 'Feed of Ada');
  const second = await webhook('https://example.com/b', null);
  const found = async (wanted: { search?: string; state?: 'enabled' | 'paused' }) =>
    (await value(registry.commands.listWebhooks({ credential: own.credential, limit: 10, ...wanted }))).webhooks.map(
      ({ id }) => id,
    );
  await value(registry.commands.switchWebhook({ credential: own.credential, webhookId: first, turn: 'pause' }));
  expect(await found({ search: 'EXAMPLE.com/' })).toEqual([second, first]);
  expect(await found({ search: 'of ada' })).toEqual([first]);
  expect(await found({ search: first.toLowerCase() })).toEqual([first]);
  expect(await found({ search: '%25_' })).toEqual([first]);
  expect(await found({ search: '%' })).toEqual([first]);
  expect(await found({ search: 'a\0' })).toEqual([]);
  expect(await found({ search: 'example', state: 'paused' })).toEqual([first]);
  expect(await found({ state: 'enabled' })).toEqual([second]);
});

test("the list shows the account's own webhooks, the newest first, as many as are asked for", async () => {
  const own = await tenant();
  const made = [];
  for (let index = 0; index < 3; index++) made.push(await value(create({ credential: own.credential })));
  await value(registry.commands.deleteWebhook({ credential: own.credential, webhookId: made[1]!.id }));
  const list = async (limit: number) =>
    (await value(registry.commands.listWebhooks({ credential: own.credential, limit }))).webhooks;
  expect((await list(10)).map(({ id }) => id)).toEqual([made[2]!.id, made[0]!.id]);
  const page = (before?: string) =>
    value(registry.commands.listWebhooks({ credential: own.credential, limit: 1, before }));
  expect(await page()).toMatchObject({ webhooks: [{ id: made[2]!.id }], more: true });
  expect(await page(made[2]!.id)).toMatchObject({ webhooks: [{ id: made[0]!.id }], more: false });
  expect(await page(made[0]!.id)).toEqual({ webhooks: [], more: false });
  expect(await list(1)).toEqual([
    {
      id: made[2]!.id,
      dialect: 'airstack',
      baseId: null,
      endpoint: 'https://example.com/hook',
      eventType: 'follow.created',
      filter: null,
      state: 'enabled',
      disabledReason: null,
      disabledAt: null,
      createdAt: expect.stringMatching(/Z$/),
      description: null,
      ordering: 'none',
      rateLimit: null,
      concurrency: null,
      retrySchedule: null,
    },
  ]);
});

test('the audit trail says who did what to which webhook, and from where', async () => {
  const own = await tenant();
  const from = '203.0.113.9';
  const asCaller = { credential: own.credential, from };
  const { id } = await value(registry.commands.createWebhook({ ...wanted, ...asCaller }));
  await value(registry.commands.webhookSecret({ ...asCaller, webhookId: id }));
  await registry.commands.disableWebhook({ webhookId: id, reason: '410' });
  await value(registry.commands.deleteWebhook({ ...asCaller, webhookId: id }));
  const { keyId } = await value(registry.commands.authorize({ credential: own.credential, purpose: 'read' }));
  const trail = await registry.database.query(
    'select action, key_id, reason, came_from from registry.audit_entry where account_id = $1 and subject = $2 order by id',
    [own.accountId, id],
  );
  const byCaller = { key_id: keyId, reason: null, came_from: from };
  expect(trail).toEqual([
    { action: 'webhook.created', ...byCaller },
    { action: 'webhook.secret_read', ...byCaller },
    { action: 'webhook.disabled', key_id: null, reason: '410', came_from: null },
    { action: 'webhook.deleted', ...byCaller },
  ]);
});

test('a refused creation leaves nothing behind', async () => {
  const count = async () => {
    const [row] = await registry.database.query('select webhook_count from registry.account where id = $1', [
      accountId,
    ]);
    return [row.webhook_count, (await registry.commands.revision({})).revision];
  };
  const before = await count();
  await refusal(create({ endpoint: 'http://127.0.0.1' }));
  await refusal(create({ filter: '{"a":1}', sample: '{}' }));
  expect(await count()).toEqual(before);
});
