import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  type RegistryUnderTest,
  refusal,
  startRegistryUnderTest,
  value,
  wanted,
} from '../testing/registry-under-test.js';
import { Tenant } from '../testing/tenant.js';

const TYPE = 'order.paid';

let registry: RegistryUnderTest;
let commands: RegistryUnderTest['commands'];
let tenant: Tenant;
let credential: string;

beforeAll(async () => {
  registry = await startRegistryUnderTest();
  ({ commands } = registry);
});
afterAll(() => registry.close());
beforeEach(async () => {
  tenant = await Tenant.make(registry);
  ({ credential } = tenant);
  await put();
});

const put = (of = credential) =>
  value(commands.putEventType({ credential: of, name: TYPE, description: '', schema: '{"type":"object"}' }));
const deletion = (name = TYPE) => commands.deleteEventType({ credential, name });
const webhook = () => commands.createWebhook({ ...wanted, credential, eventType: TYPE });
const source = (topic: string, type = TYPE) =>
  commands.createSource({
    ...{ credential, topic, format: 'json', mapping: { type: { value: type } }, start: 'latest' },
    ...{ description: null, debezium: null },
  });
const names = async (of = credential) =>
  (await value(commands.catalogue({ credential: of }))).eventTypes.map(({ name }) => name);

test('a type that nothing names is gone, from this account alone, and told of on the audit trail', async () => {
  const other = await Tenant.make(registry);
  await put(other.credential);
  await value(deletion());
  expect(await names()).not.toContain(TYPE);
  expect(await names(other.credential)).toContain(TYPE);
  const { entries } = await value(commands.listAudit({ credential, limit: 1 }));
  expect(entries).toEqual([expect.objectContaining({ action: 'event_type.deleted', subject: TYPE })]);

  expect(await refusal(webhook())).toMatchObject({ code: 'invalid', field: 'filter_config.event_type' });
  expect(await refusal(deletion())).toMatchObject({ code: 'not_found' });
  await put();
  await value(webhook());
});

test('a type stays while webhooks or sources name it, and the refusal says how many', async () => {
  const paused = await value(webhook());
  await value(commands.switchWebhook({ credential, webhookId: paused.id, turn: 'pause' }));
  const disabled = await value(webhook());
  await value(commands.switchWebhook({ credential, webhookId: disabled.id, turn: 'disable' }));
  const { source: mapped } = await value(source('orders'));
  const told = (uses: string) => ({
    code: 'conflict',
    message: `${TYPE} is still named by ${uses} of this account: delete them, or map the sources otherwise, first`,
  });
  expect(await refusal(deletion())).toEqual(told('2 webhooks and 1 source'));
  await value(commands.deleteWebhook({ credential, webhookId: paused.id }));
  await value(commands.deleteWebhook({ credential, webhookId: disabled.id }));
  expect(await refusal(deletion())).toEqual(told('1 source'));
  const byHeader = { type: { header: 'type' } };
  await value(commands.updateSource({ credential, sourceId: mapped.id, mapping: byHeader }));
  await value(deletion());
});

test('a name that no type can have is none of the account', async () => {
  for (const name of ['\0', '', 'a'.repeat(129), 'webhook.none']) {
    expect(await refusal(deletion(name))).toMatchObject({ code: 'not_found' });
  }
});

test('a built-in type stays, also where the account registered its name before it was built in', async () => {
  await registry.database.query(
    "insert into registry.event_type (account_id, name, description) values ($1, 'table.changed', 'mine')",
    [tenant.accountId],
  );
  for (const name of ['table.changed', 'follow.created', 'webhook.failing']) {
    expect(await refusal(deletion(name))).toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('built in'),
    });
  }
});

test('a type that was changed since it was seen stays', async () => {
  const { tag } = await put();
  await value(commands.putEventType({ credential, name: TYPE, description: 'changed', schema: null }));
  const stale = commands.deleteEventType({ credential, name: TYPE, ifMatch: [tag!] });
  expect(await refusal(stale)).toMatchObject({ code: 'changed' });
  expect(await names()).toContain(TYPE);
});

describe('at once', () => {
  /** What is asked while the account is locked, carried out in the order of asking, each up to its lock. */
  async function inOrder(...asks: (() => Promise<unknown>)[]): Promise<void> {
    const holder = registry.database.createQueryRunner();
    await holder.startTransaction();
    await holder.query('select 1 from registry.account where id = $1 for update', [tenant.accountId]);
    const asked: Promise<unknown>[] = [];
    for (const [index, ask] of asks.entries()) {
      asked.push(ask());
      await waiting(index + 1);
    }
    await holder.rollbackTransaction();
    await holder.release();
    await Promise.all(asked);
  }

  const waiting = async (count: number): Promise<void> => {
    const blocked =
      "select count(*)::int n from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
    await expect.poll(async () => (await registry.database.query(blocked))[0].n, { timeout: 10_000 }).toBe(count);
  };

  test.each([
    ['a webhook', webhook, { code: 'invalid', field: 'filter_config.event_type' }],
    ['a source', () => source('orders'), { code: 'invalid', field: 'mapping.type.value' }],
  ])('%s of a type that is being deleted is refused, and takes no place', async (_, make, refused) => {
    let made: unknown;
    await inOrder(
      () => value(deletion()),
      async () => {
        made = await refusal(make());
      },
    );
    expect(made).toMatchObject(refused);
    const [{ count }] = await registry.database.query(
      'select webhook_count count from registry.account where id = $1',
      [tenant.accountId],
    );
    expect(count).toBe(0);
  });

  test('a source that is being changed to a type that is being deleted is not', async () => {
    const { source: made } = await value(source('orders', 'follow.created'));
    const mapping = { type: { value: TYPE } };
    let changed: unknown;
    await inOrder(
      () => value(deletion()),
      async () => {
        changed = await refusal(commands.updateSource({ credential, sourceId: made.id, mapping }));
      },
    );
    expect(changed).toMatchObject({ code: 'invalid', field: 'mapping.type.value' });
  });

  test('a type of which a webhook is being made stays', async () => {
    let refused: unknown;
    await inOrder(
      () => value(webhook()),
      async () => {
        refused = await refusal(deletion());
      },
    );
    expect(refused).toMatchObject({ code: 'conflict', message: expect.stringContaining('1 webhook ') });
  });
});
