import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { OidcSettings } from '../credentials/oauth-tokens.js';
import { type BaseUnderTest, createBaseUnderTest, SPECIFICATION } from '../testing/base-under-test.js';
import { OidcIssuer } from '../testing/oidc-issuer.js';
import { type RegistryUnderTest, refusal, startRegistryUnderTest, value } from '../testing/registry-under-test.js';

const AUDIENCE = 'https://sluice.example.org';
const BASE_IS_FULL = {
  code: 'too_many',
  message: 'this base has 10 webhooks, which is the most that it may have',
};
const INTEGRATION_IS_FULL = {
  code: 'too_many_of_integration',
  message: 'this integration has 2 webhooks in the base, which is the most that it may have',
};

let registry: RegistryUnderTest;
let second: { commands: RegistryUnderTest['commands'] };
let issuer: OidcIssuer;
let base: BaseUnderTest;

beforeAll(async () => {
  issuer = await OidcIssuer.start(['one']);
  const oidc: OidcSettings = {
    issuer: issuer.url,
    audience: AUDIENCE,
    userClaim: 'sub',
    clientClaims: ['client_id'],
    scopeClaim: 'scope',
    jwksUri: null,
  };
  registry = await startRegistryUnderTest({ oidc });
  second = await registry.another();
});
afterAll(async () => {
  await registry.close();
  await issuer.close();
});
beforeEach(async () => {
  base = await createBaseUnderTest(registry);
});

const creationBy = (credential: string) => ({
  credential,
  baseId: base.baseId,
  notificationUrl: null,
  specification: SPECIFICATION,
});

/** So many creations at once, half of them through each registry; the outcomes. */
const createAtOnce = (count: number, credentialOf: (index: number) => string) =>
  Promise.all(
    Array.from({ length: count }, (_, index) =>
      [registry, second][index % 2]!.commands.createBaseWebhook(creationBy(credentialOf(index))),
    ),
  );

const active = async () => {
  const [row] = await registry.database.query(
    'select count(*)::int as all, count(integration)::int as own from registry.webhook where base_id = $1',
    [base.baseId],
  );
  return row as { all: number; own: number };
};

/** Access tokens of two integrations, that act for a creator of the base. */
async function integrations(): Promise<[string, string]> {
  const { accountId, adminKey: credential, baseId } = base;
  const subject = `subject of ${accountId}`;
  const user = { credential, email: 'oauth@example.org', name: null, subject };
  const { id: userId } = await value(registry.commands.createUser(user));
  await value(registry.commands.putCollaborator({ credential, baseId, userId, role: 'creator' }));
  const tokenOf = async (clientId: string) => {
    await value(registry.commands.putIntegration({ credential, clientId, name: clientId }));
    const claims = { iss: issuer.url, aud: AUDIENCE, sub: subject, client_id: clientId };
    const scope = 'webhook:manage data.records:read schema.bases:read';
    return issuer.sign({ ...claims, scope, exp: Math.floor(Date.now() / 1_000) + 365 * 24 * 60 * 60 });
  };
  return [await tokenOf('one'), await tokenOf('two')];
}

test('a hundred creations at once, through two registries, make exactly ten webhooks', async () => {
  const results = await createAtOnce(100, () => base.creator);
  expect(results.filter(({ ok }) => ok)).toHaveLength(10);
  for (const result of results) if (!result.ok) expect(result.refusal).toEqual(BASE_IS_FULL);
  expect(await active()).toEqual({ all: 10, own: 0 });
});

test('a hundred creations at once by an integration make exactly two, whatever others make', async () => {
  const [one, two] = await integrations();
  const results = await createAtOnce(100, () => one);
  expect(results.filter(({ ok }) => ok)).toHaveLength(2);
  for (const result of results) if (!result.ok) expect(result.refusal).toEqual(INTEGRATION_IS_FULL);
  const mixed = await createAtOnce(100, (index) => [one, two, base.creator, base.legacyKey][index % 4]!);
  expect(mixed.filter(({ ok }) => ok)).toHaveLength(8);
  const { all, own } = await active();
  expect(all).toBe(10);
  expect(own).toBeLessThanOrEqual(4);
});

test('an integration sees its own webhooks alone; other callers see all of the base', async () => {
  const [one, two] = await integrations();
  const create = (credential: string) => value(registry.commands.createBaseWebhook(creationBy(credential)));
  const [own, others] = [await create(one), await create(base.creator)];
  const seen = async (credential: string) =>
    (await value(registry.commands.listBaseWebhooks({ credential, baseId: base.baseId }))).webhooks.map(({ id }) => id);
  expect(await seen(one)).toEqual([own.id]);
  expect(await seen(two)).toEqual([]);
  for (const all of [base.creator, base.reader, base.legacyKey, base.adminKey]) {
    expect(await seen(all)).toEqual([own.id, others.id]);
  }
  const ask = { credential: two, baseId: base.baseId, webhookId: own.id };
  const { readPayloads, refreshBaseWebhook, deleteBaseWebhook, visibleWebhooks } = registry.commands;
  for (const command of [readPayloads, refreshBaseWebhook, deleteBaseWebhook]) {
    expect(await refusal(command(ask))).toMatchObject({ code: 'not_found' });
    expect(await refusal(command({ ...ask, credential: one, webhookId: others.id }))).toMatchObject({
      code: 'not_found',
    });
  }
  const webhookIds = [others.id, own.id];
  expect(await value(visibleWebhooks({ credential: one, baseId: base.baseId, webhookIds }))).toEqual({
    webhookIds: [own.id],
  });
  await value(readPayloads({ ...ask, credential: one }));
  await value(deleteBaseWebhook({ ...ask, credential: base.creator }));
});

test('what was deleted, has expired or is invalid makes room; another base has room of its own', async () => {
  const results = await createAtOnce(10, () => base.creator);
  const ids = results.map((result) => (result.ok ? result.value.id : ''));
  const { commands, database } = registry;
  const one = () => commands.createBaseWebhook(creationBy(base.creator));
  expect(await refusal(one())).toEqual(BASE_IS_FULL);

  const full = base;
  base = await createBaseUnderTest(registry);
  await value(one());
  base = full;

  await value(commands.deleteBaseWebhook({ credential: base.creator, baseId: base.baseId, webhookId: ids[0]! }));
  await value(one());
  expect(await refusal(one())).toEqual(BASE_IS_FULL);
  await commands.invalidateWebhook({ webhookId: ids[1]!, reason: 'gone' });
  await value(one());
  expect(await refusal(one())).toEqual(BASE_IS_FULL);
  await database.query(`update registry.webhook set expires_at = now() where id = $1`, [ids[2]]);
  await value(one());
  expect(await refusal(one())).toEqual(BASE_IS_FULL);
});
