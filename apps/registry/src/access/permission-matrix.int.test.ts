import { type Role, Scope } from '@sluice/contracts/base-commands';
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
  (scoped ? SCOPE_SETS : [Scope.options]).flatMap((scopes) => rungs.map((rung) => ({ kind, scopes, rung }))),
);

const CLIENT = 'integration-one';
let registry: RegistryUnderTest;
let commands: Registry;
let issuer: OidcIssuer;
let tenant: Tenant;
let baseId: string;
/** The user on each rung, by rung; their subject for the issuer is the rung's name. */
const users = new Map<Rung, string>();
/** Who owns the webhooks of the base: OAuth callers see their integration's alone. */
let owners: Record<'everybody' | 'integration', string>;

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
  baseId = await tenant.base();
  const otherBase = await tenant.base();
  await tenant.integration(CLIENT);
  for (const rung of LADDER) {
    const place = rung === 'stranger' ? ([otherBase, 'owner'] as const) : ([baseId, rung as Role] as const);
    users.set(rung, await tenant.user(...place, rung));
  }
  owners = { everybody: tenant.credential, integration: await issuer.tokenFor('owner', CLIENT) };
});
afterAll(async () => {
  await registry.close();
  await issuer.close();
});

const make = (credential: string, dataTypes: readonly DataType[]) => {
  const specification = JSON.stringify({ options: { filters: { dataTypes } } });
  return commands.createBaseWebhook({ credential, baseId, notificationUrl: null, specification });
};

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

/** Asks for one thing with a credential, and leaves the base as it was. */
async function ask(endpoint: string, credential: string, owner: string, dataTypes: readonly DataType[]) {
  const base = { credential, baseId };
  if (endpoint === 'create') return settled(await make(credential, dataTypes), (made) => remove(made.id));
  if (endpoint === 'list') return settled(await commands.listBaseWebhooks(base));
  const webhookId = (await value(make(owner, dataTypes))).id;
  const hook = { ...base, webhookId };
  const carryOut: Record<string, () => Promise<Result<unknown>>> = {
    payloads: () => commands.readPayloads(hook),
    refresh: () => commands.refreshBaseWebhook(hook),
    toggle: () => commands.enableNotifications({ ...hook, enable: false }),
    delete: () => commands.deleteBaseWebhook(hook),
  };
  const outcome = settled(await carryOut[endpoint]!());
  const { webhooks } = await value(commands.listBaseWebhooks({ credential: tenant.credential, baseId }));
  expect(webhooks.length).toBe(endpoint === 'delete' && (await outcome) === 'done' ? 0 : 1);
  for (const { id } of webhooks) await remove(id);
  return outcome;
}

const remove = (webhookId: string) =>
  value(commands.deleteBaseWebhook({ credential: tenant.credential, baseId, webhookId }));

async function settled<T>(result: Result<T>, undo: (done: T) => Promise<unknown> = async () => {}): Promise<string> {
  if (!result.ok) return result.refusal.code;
  await undo(result.value);
  return 'done';
}

test('the tables name every endpoint, role and scope', () => {
  expect(new Set(ENDPOINTS.map(([name]) => name)).size).toBe(6);
  expect(SCOPE_SETS).toHaveLength(8);
  expect(rows.length * ENDPOINTS.length).toBe((2 * 8 * 7 + 7 + 3) * 12);
});

test.each(rows)('$kind with $scopes as $rung', async ({ kind, scopes, rung }) => {
  const credential = await credentialOf(kind, rung, scopes);
  const owner = owners[kind === 'OAuth access token' ? 'integration' : 'everybody'];
  const answered: Record<string, string> = {};
  const wanted: Record<string, string> = {};
  for (const [endpoint, lowest, needed, dataTypes] of ENDPOINTS) {
    const cell = [endpoint, ...dataTypes].join(' ');
    answered[cell] = await ask(endpoint, credential, owner, dataTypes);
    wanted[cell] = expected(kind, rung, scopes, lowest, needed);
  }
  expect(answered).toEqual(wanted);
});
