import { Role, Scope } from '@sluice/contracts/base-commands';
import type { Registry } from '@sluice/contracts/registry-commands';
import type { Result } from '@sluice/contracts/result';
import type { DataType } from '@sluice/contracts/webhook-specification';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { OidcIssuer } from '../testing/oidc-issuer.js';
import { type RegistryUnderTest, startRegistryUnderTest, value } from '../testing/registry-under-test.js';
import { Tenant } from '../testing/tenant.js';

/*
 * Who may do what with a base's webhooks: every kind of credential × every set of scopes × every role × every endpoint,
 * walked through the registry's own commands. What is expected of each cell follows from these three tables.
 */

/** From less to more. A stranger works in other bases alone. */
const LADDER = ['stranger', 'interface_only', 'read_only', 'commenter', 'editor', 'creator', 'owner'] as const;
type Rung = (typeof LADDER)[number];

/** The lowest role for each endpoint, and its scopes (contract airtable 1.0); with the data types of the webhook it is about. */
const ENDPOINTS: readonly [name: string, lowest: Rung, scopes: readonly Scope[], dataTypes: readonly DataType[]][] = [
  ['create', 'creator', ['webhook:manage', 'data.records:read'], ['tableData']],
  ['create', 'creator', ['webhook:manage', 'schema.bases:read'], ['tableFields']],
  ['create', 'creator', ['webhook:manage', 'schema.bases:read'], ['tableMetadata']],
  ['create', 'creator', ['webhook:manage', 'data.records:read', 'schema.bases:read'], ['tableData', 'tableMetadata']],
  ['list', 'read_only', ['webhook:manage'], []],
  ['payloads', 'read_only', ['webhook:manage', 'data.records:read'], ['tableData']],
  ['payloads', 'read_only', ['webhook:manage', 'schema.bases:read'], ['tableFields']],
  ['payloads', 'read_only', ['webhook:manage', 'schema.bases:read'], ['tableMetadata']],
  [
    'payloads',
    'read_only',
    ['webhook:manage', 'data.records:read', 'schema.bases:read'],
    ['tableData', 'tableMetadata'],
  ],
  ['refresh', 'creator', ['webhook:manage'], ['tableData']],
  ['toggle', 'creator', ['webhook:manage'], ['tableFields']],
  ['delete', 'creator', ['webhook:manage'], ['tableData', 'tableMetadata']],
];

/** Kinds with scopes have those that they were given, the others all; the account's own keys work as owners. */
const KINDS: Readonly<Record<string, { scoped: boolean; rungs: readonly Rung[]; counts: boolean }>> = {
  'personal access token': { scoped: true, rungs: LADDER, counts: true },
  'OAuth access token': { scoped: true, rungs: LADDER, counts: true },
  'user API key': { scoped: false, rungs: LADDER, counts: true },
  'live key': { scoped: false, rungs: ['owner'], counts: true },
  'admin key': { scoped: false, rungs: ['owner'], counts: true },
  'test key': { scoped: false, rungs: ['owner'], counts: false },
};

const rank = (rung: Rung): number => LADDER.indexOf(rung);

function expected(kind: string, rung: Rung, scopes: readonly Scope[], lowest: Rung, needed: readonly Scope[]): string {
  if (!KINDS[kind]!.counts) return 'unauthenticated';
  if (rank(rung) < rank('read_only') || needed.some((scope) => !scopes.includes(scope))) return 'hidden';
  return rank(rung) < rank(lowest) ? 'forbidden' : 'done';
}

const SCOPE_SETS: readonly Scope[][] = Scope.options.reduce<Scope[][]>(
  (sets, scope) => sets.flatMap((set) => [set, [...set, scope]]),
  [[]],
);
const rows = Object.entries(KINDS).flatMap(([kind, { scoped, rungs }]) =>
  (scoped ? SCOPE_SETS : [Scope.options]).flatMap((scopes) =>
    rungs.map((rung) => ({ kind, scopes, rung, given: scopes.join(' ') || 'no scope' })),
  ),
);

const CLIENT = 'integration-one';
let registry: RegistryUnderTest;
let commands: Registry;
let issuer: OidcIssuer;
let tenant: Tenant;
/** Every user has the same role in both: here webhooks come and go, and there they stay. */
let comingBase: string;
let standingBase: string;
/** The user on each rung; their subject for the issuer is the rung's name. */
const users = new Map<Rung, string>();
/** By data types: the standing webhooks that OAuth callers see, and those that only the others see. */
const standing = { oauth: new Map<string, string>(), others: new Map<string, string>() };

const make = (credential: string, baseId: string, dataTypes: readonly DataType[]) => {
  const specification = JSON.stringify({ options: { filters: { dataTypes } } });
  return commands.createBaseWebhook({ credential, baseId, notificationUrl: null, specification });
};

/** A new standing webhook; of the integration's there are more than it could create itself. */
async function stand(hooks: Map<string, string>, dataTypes: readonly DataType[]): Promise<void> {
  const { id } = await value(make(tenant.credential, standingBase, dataTypes));
  hooks.set(dataTypes.join(), id);
  if (hooks !== standing.oauth) return;
  await registry.database.query('update registry.webhook set integration = $1 where id = $2', [CLIENT, id]);
}

beforeAll(async () => {
  issuer = await OidcIssuer.start([CLIENT]);
  const oidc = {
    issuer: issuer.url,
    audience: 'https://sluice.example.org',
    userClaim: 'sub',
    clientClaims: ['client_id'],
    scopeClaim: 'scope',
    jwksUri: null,
  };
  registry = await startRegistryUnderTest({ oidc });
  ({ commands } = registry);
  tenant = await Tenant.make(registry);
  [comingBase, standingBase] = [await tenant.base(), await tenant.base()];
  await tenant.integration(CLIENT);
  const otherBase = await tenant.base();
  for (const rung of LADDER) {
    const userId = await tenant.user(otherBase, 'owner', rung);
    users.set(rung, userId);
    if (rung === 'stranger') continue;
    await tenant.join(comingBase, userId, rung);
    await tenant.join(standingBase, userId, rung);
  }
  for (const [name, , , dataTypes] of ENDPOINTS) {
    if (name !== 'payloads') continue;
    await stand(standing.oauth, dataTypes);
    await stand(standing.others, dataTypes);
  }
});
afterAll(async () => {
  await registry.close();
  await issuer.close();
});

async function credentialOf(kind: string, rung: Rung, scopes: readonly Scope[]): Promise<string> {
  switch (kind) {
    case 'personal access token':
      return (await tenant.token(users.get(rung)!, scopes)).token;
    case 'OAuth access token':
      return issuer.tokenFor(rung, CLIENT, scopes.join(' '));
    case 'user API key':
      return (await tenant.userApiKey(users.get(rung)!)).token;
    default:
      return (await tenant.key(kind.split(' ')[0] as 'live' | 'admin' | 'test')).key;
  }
}

/** Asks for one thing with a credential. What could be created is deleted with the same credential. */
async function ask(
  endpoint: string,
  credential: string,
  dataTypes: readonly DataType[],
  hooks: ReadonlyMap<string, string>,
): Promise<Result<unknown>> {
  const hook = { credential, baseId: standingBase, webhookId: hooks.get(dataTypes.join())! };
  switch (endpoint) {
    case 'create': {
      const made = await make(credential, comingBase, dataTypes);
      if (made.ok)
        await value(commands.deleteBaseWebhook({ credential, baseId: comingBase, webhookId: made.value.id }));
      return made;
    }
    case 'list':
      return commands.listBaseWebhooks({ credential, baseId: standingBase });
    case 'payloads':
      return commands.readPayloads(hook);
    case 'refresh':
      return commands.refreshBaseWebhook(hook);
    case 'toggle':
      return commands.enableNotifications({ ...hook, enable: false });
    default:
      return commands.deleteBaseWebhook(hook);
  }
}

test('the tables name every endpoint, and every kind, scope and role', () => {
  expect(new Set(ENDPOINTS.map(([name]) => name)).size).toBe(6);
  expect(LADDER).toEqual(expect.arrayContaining([...Role.options]));
  expect(SCOPE_SETS).toHaveLength(8);
  expect(rows).toHaveLength(2 * 8 * 7 + 7 + 3);
});

test.each(rows)('$kind with $given as $rung', async ({ kind, scopes, rung }) => {
  const credential = await credentialOf(kind, rung, scopes);
  const hooks = kind === 'OAuth access token' ? standing.oauth : standing.others;
  const answered: Record<string, string> = {};
  const wanted: Record<string, string> = {};
  for (const [endpoint, lowest, needed, dataTypes] of ENDPOINTS) {
    const cell = [endpoint, ...dataTypes].join(' ');
    const answer = await ask(endpoint, credential, dataTypes, hooks);
    answered[cell] = answer.ok ? 'done' : answer.refusal.code;
    wanted[cell] = expected(kind, rung, scopes, lowest, needed);
    if (endpoint === 'delete' && answer.ok) await stand(hooks, dataTypes);
  }
  expect(answered).toEqual(wanted);
});
