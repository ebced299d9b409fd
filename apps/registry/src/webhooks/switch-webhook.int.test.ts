import type { FilterWebhook } from '@sluice/contracts/webhook-feed';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { publishedFacts } from '../testing/published-facts.js';
import {
  type RegistryUnderTest,
  refusal,
  startRegistryUnderTest,
  value,
  wanted,
} from '../testing/registry-under-test.js';

let registry: RegistryUnderTest;
let credential: string;
/** A webhook that was deleted long ago. */
let gone: string;

beforeAll(async () => {
  registry = await startRegistryUnderTest();
  credential = registry.operator.keys.live.key;
  gone = (await create()).id;
  await value(registry.commands.deleteWebhook({ credential, webhookId: gone }));
});
afterAll(() => registry.close());

type Turn = Parameters<RegistryUnderTest['commands']['switchWebhook']>[0]['turn'];

const create = () => value(registry.commands.createWebhook({ ...wanted, credential }));
const turn = (webhookId: string, way: Turn, from?: string) =>
  registry.commands.switchWebhook({ credential, webhookId, turn: way, from });
const stateAfter = async (webhookId: string, way: Turn) => (await value(turn(webhookId, way))).webhook.state;
const follow = (after: number) => registry.commands.follow({ dispatcher: 'a', after, waitMs: 0, limit: 10_000 });

/** As a dispatcher is told of it. */
async function inFeed(webhookId: string): Promise<FilterWebhook> {
  const { changes } = await follow(0);
  await registry.commands.leave({ dispatcher: 'a' });
  return changes.find((change) => change.webhookId === webhookId)?.webhook as FilterWebhook;
}

test('a webhook is paused and resumed, disabled and enabled, and turning twice changes nothing', async () => {
  const { id } = await create();
  for (const [way, state] of [
    ['pause', 'paused'],
    ['resume', 'enabled'],
    ['disable', 'disabled'],
    ['enable', 'enabled'],
    ['pause', 'paused'],
    ['disable', 'disabled'],
  ] as const) {
    const turned = await value(turn(id, way));
    expect(turned.webhook.state).toBe(state);
    expect(await value(turn(id, way))).toEqual(turned);
    expect((await inFeed(id)).state).toBe(state);
  }
});

test('what is disabled says since when and why, and what was enabled since when it is so', async () => {
  const { id } = await create();
  const disabled = (await value(turn(id, 'disable'))).webhook;
  expect(disabled).toMatchObject({ disabledReason: 'disabled by its owner', disabledAt: expect.any(String) });
  expect(await inFeed(id)).toMatchObject({
    disabledReason: disabled.disabledReason,
    disabledAt: disabled.disabledAt,
    enabledAt: null,
    enabledRevision: 0,
  });
  const { webhook, revision } = await value(turn(id, 'enable'));
  expect(webhook).toMatchObject({ disabledReason: null, disabledAt: null });
  await value(turn(id, 'pause'));
  await value(turn(id, 'resume'));
  const enabled = await inFeed(id);
  expect(enabled).toMatchObject({ disabledReason: null, disabledAt: null, enabledRevision: revision });
  expect(Date.parse(enabled.enabledAt!)).toBeGreaterThanOrEqual(Date.parse(disabled.disabledAt!));
});

test('one that its endpoint disabled can be enabled again', async () => {
  const { id } = await create();
  await registry.commands.disableWebhook({ webhookId: id, reason: '410' });
  expect(await stateAfter(id, 'enable')).toBe('enabled');
});

test('a turn that would do something else than it says is refused', async () => {
  const { id } = await create();
  await value(turn(id, 'pause'));
  expect(await refusal(turn(id, 'enable'))).toMatchObject({
    code: 'conflict',
    message: expect.stringMatching(/resume/),
  });
  await value(turn(id, 'disable'));
  for (const way of ['pause', 'resume'] as const) {
    expect(await refusal(turn(id, way))).toMatchObject({ code: 'conflict', message: expect.stringMatching(/enable/) });
  }
  expect((await inFeed(id)).state).toBe('disabled');
});

test('each turn is in the audit trail and on the topic', async () => {
  const { id } = await create();
  const from = '203.0.113.9';
  for (const way of ['pause', 'pause', 'resume', 'disable', 'enable'] as const) await value(turn(id, way, from));
  const trail = await registry.database.query(
    'select action, reason, came_from from registry.audit_entry where subject = $1 order by id offset 1',
    [id],
  );
  expect(trail).toEqual([
    { action: 'webhook.paused', reason: null, came_from: from },
    { action: 'webhook.resumed', reason: null, came_from: from },
    { action: 'webhook.disabled', reason: 'disabled by its owner', came_from: from },
    { action: 'webhook.enabled', reason: null, came_from: from },
  ]);
  expect((await publishedFacts(registry, id)).map(({ type }) => type)).toEqual([
    'webhook.created',
    'webhook.updated',
    'webhook.updated',
    'webhook.disabled',
    'webhook.updated',
  ]);
});

test('a test key turns nothing', async () => {
  const { id } = await create();
  const asTest = { credential: registry.operator.keys.test.key, webhookId: id };
  expect(await refusal(registry.commands.switchWebhook({ ...asTest, turn: 'pause' }))).toMatchObject({
    code: 'unauthenticated',
  });
  expect(await refusal(registry.commands.updateWebhook({ ...asTest, options: {} }))).toMatchObject({
    code: 'unauthenticated',
  });
});

test.each<[string, (webhookId: string) => Promise<unknown>]>([
  ['pausing', (id) => value(turn(id, 'pause'))],
  ['disabling', (id) => value(turn(id, 'disable'))],
  [
    'a change',
    (webhookId) =>
      value(registry.commands.updateWebhook({ credential, webhookId, options: {}, endpoint: 'https://example.com/b' })),
  ],
  [
    'an earlier start',
    (webhookId) => value(registry.commands.startWebhookFrom({ credential, webhookId, startFrom: 'earliest' })),
  ],
])('%s is answered when every living dispatcher has applied it, also when it is asked for again', async (_, change) => {
  const { id, revision } = await create();
  await follow(revision);
  let answers = 0;
  const first = change(id).then(() => (answers += 1));
  await expect.poll(() => registry.commands.revision({})).toEqual({ revision: revision + 1 });
  const again = change(id).then(() => (answers += 1));
  // Having read the change is not having applied it.
  expect((await follow(revision)).changes).toMatchObject([{ webhookId: id }]);
  // Looks at the leases, twice: who could be answered by now has been.
  for (let look = 0; look < 2; look++) await refusal(registry.commands.deleteWebhook({ credential, webhookId: gone }));
  expect(answers).toBe(0);
  await follow(revision + 1);
  await Promise.all([first, again]);
  await registry.commands.leave({ dispatcher: 'a' });
});
