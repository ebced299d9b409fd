import type { KeyKind, Purpose } from '@sluice/contracts/principal';
import type { Registry } from '@sluice/contracts/registry-commands';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  type RegistryUnderTest,
  refusal,
  startRegistryUnderTest,
  value,
  wanted,
} from '../testing/registry-under-test.js';

let registry: RegistryUnderTest;
/** Of an ordinary account. */
const keys = {} as Record<KeyKind, string>;
let operatorKey: string;

const createKey = async (credential: string, kind: KeyKind) =>
  value(registry.commands.createKey({ credential, kind, audience: 'own' }));

beforeAll(async () => {
  registry = await startRegistryUnderTest();
  operatorKey = registry.operator.keys.admin.key;
  const account = await value(registry.commands.createAccount({ credential: operatorKey, name: 'Tenant' }));
  keys.admin = account.adminKey.key;
  keys.live = (await createKey(keys.admin, 'live')).key;
  keys.test = (await createKey(keys.admin, 'test')).key;
});
afterAll(() => registry.close());

const TEST_KEY = { code: 'unauthenticated', message: expect.stringContaining('test API key') };
const NEEDS_ADMIN = { code: 'forbidden', message: 'this needs an API key with the scope admin' };
const NEEDS_OPERATOR = { code: 'forbidden', message: 'this needs an API key of an operator account' };
const purposes: Purpose[] = ['subscribe', 'publish', 'read', 'read_catalogue', 'manage', 'operate'];

/** Per kind: what each purpose gets, in the order of `purposes`. */
const matrix: Record<KeyKind, ('yes' | object)[]> = {
  live: ['yes', 'yes', 'yes', 'yes', NEEDS_ADMIN, NEEDS_ADMIN],
  test: [TEST_KEY, TEST_KEY, TEST_KEY, 'yes', TEST_KEY, TEST_KEY],
  admin: ['yes', 'yes', 'yes', 'yes', 'yes', NEEDS_OPERATOR],
};

for (const kind of ['live', 'test', 'admin'] as const) {
  test.each(purposes.map((purpose, index) => [purpose, matrix[kind][index]!] as const))(
    `a ${kind} key for the purpose %s`,
    async (purpose, expected) => {
      const asked = registry.commands.authorize({ credential: keys[kind], purpose });
      if (expected === 'yes') expect(await value(asked)).toMatchObject({ kind, audience: 'own', operator: false });
      else expect(await refusal(asked)).toMatchObject(expected);
    },
  );
}

test('only an admin key of an operator account may operate', async () => {
  const { live, admin } = registry.operator.keys;
  expect(await value(registry.commands.authorize({ credential: admin.key, purpose: 'operate' }))).toMatchObject({
    accountId: registry.operator.accountId,
    operator: true,
    audience: 'any',
  });
  const asked = registry.commands.authorize({ credential: live.key, purpose: 'operate' });
  expect(await refusal(asked)).toMatchObject(NEEDS_ADMIN);
});

test('missing, unknown and revoked keys are told apart, by messages that say nothing about other keys', async () => {
  const authorize = (credential: string) => refusal(registry.commands.authorize({ credential, purpose: 'subscribe' }));
  expect(await authorize('')).toEqual({
    code: 'unauthenticated',
    message: 'the API key is missing: send it in the Authorization header',
  });
  const unknown = { code: 'unauthenticated', message: 'the API key is unknown' };
  const nearMisses = [
    keys.live.slice(0, -1),
    `${keys.live}x`,
    keys.live.toUpperCase(),
    keys.live.replace('live', 'admin'),
  ];
  for (const credential of ['x', 'slk_live_', '\0', ...nearMisses]) {
    expect(await authorize(credential)).toEqual(unknown);
  }
  const revoked = await createKey(keys.admin, 'live');
  await value(registry.commands.revokeKey({ credential: keys.admin, keyId: revoked.id }));
  expect(await authorize(revoked.key)).toEqual({ code: 'unauthenticated', message: 'the API key was revoked' });
});

test('every command that acts for an account asks for the purpose that belongs to it', async () => {
  const { commands } = registry;
  const webhookId = '01ARZ3NDEKTSV4RRFFQ69G5FAV';
  const byPurpose: [Purpose, (credential: string) => ReturnType<Registry[keyof Registry]>][] = [
    ['subscribe', (credential) => commands.createWebhook({ credential, ...wanted })],
    ['subscribe', (credential) => commands.deleteWebhook({ credential, webhookId })],
    ['subscribe', (credential) => commands.webhookSecret({ credential, webhookId })],
    ['read', (credential) => commands.listWebhooks({ credential, limit: 1 })],
    ['publish', (credential) => commands.accountExists({ credential, accountId: 'acc_none' })],
    ['read_catalogue', (credential) => commands.catalogue({ credential })],
    ['manage', (credential) => commands.putEventType({ credential, name: 'a.b', description: '', schema: null })],
    ['manage', (credential) => commands.deleteEventType({ credential, name: 'none' })],
    ['manage', (credential) => commands.createKey({ credential, kind: 'test', audience: 'own' })],
    ['manage', (credential) => commands.revokeKey({ credential, keyId: 'key_none' })],
    ['operate', (credential) => commands.createAccount({ credential, name: 'Another' })],
  ];
  for (const [purpose, command] of byPurpose) {
    for (const credential of ['', 'unknown', keys.live, keys.test, keys.admin, operatorKey]) {
      const permitted = await commands.authorize({ credential, purpose });
      const answer = await command(credential);
      // Allowed commands may still be refused, for a webhook that does not exist for example.
      if (permitted.ok) expect(answer).not.toMatchObject({ ok: false, refusal: { code: 'unauthenticated' } });
      else expect(answer).toEqual(permitted);
    }
  }
});

test('a revoked key stops working at once where it was revoked, and within 5 s everywhere else', async () => {
  const other = await registry.another();
  const key = await createKey(keys.admin, 'live');
  const use = ({ commands }: { commands: Registry }) => commands.catalogue({ credential: key.key });
  expect((await use(registry)).ok && (await use(other)).ok).toBe(true);

  await value(registry.commands.revokeKey({ credential: keys.admin, keyId: key.id }));
  expect((await use(registry)).ok).toBe(false);
  // Services that remember for 5 s themselves get the present state.
  const asked = other.commands.authorize({ credential: key.key, purpose: 'read' });
  expect(await refusal(asked)).toMatchObject({ message: 'the API key was revoked' });

  const second = await createKey(keys.admin, 'live');
  await value(other.commands.catalogue({ credential: second.key }));
  await value(registry.commands.revokeKey({ credential: keys.admin, keyId: second.id }));
  registry.clock.advance(5_000);
  const after = other.commands.catalogue({ credential: second.key });
  expect(await refusal(after)).toMatchObject({ message: 'the API key was revoked' });
});
