import { Scope } from '@sluice/contracts/base-commands';
import type { Registry } from '@sluice/contracts/registry-commands';
import type { Result } from '@sluice/contracts/result';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { OidcSettings } from '../credentials/oauth-tokens.js';
import { OidcIssuer } from '../testing/oidc-issuer.js';
import { type RegistryUnderTest, refusal, startRegistryUnderTest, value } from '../testing/registry-under-test.js';
import { Tenant } from '../testing/tenant.js';

const ALL = Scope.options;
const [MINE, THEIRS] = ['integration-one', 'integration-two'];

let registry: RegistryUnderTest;
let issuer: OidcIssuer;
let oidc: OidcSettings;
let tenant: Tenant;
let baseId: string;
/** A webhook that everybody who sees the base sees, save the integrations. */
let webhookId: string;
/** Good for everything in the base, by kind. */
let good: Record<'token' | 'userApiKey' | 'oauth' | 'liveKey' | 'adminKey', string>;

const specification = JSON.stringify({ options: { filters: { dataTypes: ['tableData'] } } });
const create = (credential: string, base = baseId, { commands }: { commands: Registry } = registry) =>
  commands.createBaseWebhook({ credential, baseId: base, notificationUrl: null, specification });

/** The six endpoints, and the question that follows the list. */
const endpoints: Record<string, (credential: string, base: string, webhook: string) => Promise<Result<unknown>>> = {
  create: (credential, base) => create(credential, base),
  list: (credential, baseId) => registry.commands.listBaseWebhooks({ credential, baseId }),
  'the rest of the list': (credential, baseId, webhookId) =>
    registry.commands.visibleWebhooks({ credential, baseId, webhookIds: [webhookId] }),
  payloads: (credential, baseId, webhookId) => registry.commands.readPayloads({ credential, baseId, webhookId }),
  refresh: (credential, baseId, webhookId) => registry.commands.refreshBaseWebhook({ credential, baseId, webhookId }),
  toggle: (credential, baseId, webhookId) =>
    registry.commands.enableNotifications({ credential, baseId, webhookId, enable: false }),
  delete: (credential, baseId, webhookId) => registry.commands.deleteBaseWebhook({ credential, baseId, webhookId }),
};
const list = (credential: string, { commands }: { commands: Registry } = registry, base = baseId) =>
  commands.listBaseWebhooks({ credential, baseId: base });

async function makeGood(of: Tenant, base: string): Promise<typeof good> {
  const user = await of.user(base, 'creator', `creator of ${base}`);
  await of.integration(MINE);
  return {
    token: (await of.token(user, ALL)).token,
    userApiKey: (await of.userApiKey(user)).token,
    oauth: await issuer.tokenFor(`creator of ${base}`, MINE),
    liveKey: (await of.key('live')).key,
    adminKey: of.credential,
  };
}

beforeAll(async () => {
  issuer = await OidcIssuer.start([MINE, THEIRS]);
  oidc = {
    issuer: issuer.url,
    audience: 'https://sluice.example.org',
    userClaim: 'sub',
    clientClaims: ['client_id'],
    scopeClaim: 'scope',
    jwksUri: null,
  };
  registry = await startRegistryUnderTest({ oidc });
  tenant = await Tenant.make(registry);
  baseId = await tenant.base();
  good = await makeGood(tenant, baseId);
  webhookId = (await value(create(tenant.credential))).id;
});
afterAll(async () => {
  await registry.close();
  await issuer.close();
});

test('what does not prove who one is is unauthenticated, whatever the base', async () => {
  const user = await tenant.user(baseId, 'creator');
  const [token, userApiKey, gone] = [await tenant.token(user, ALL), await tenant.userApiKey(user), await tenant.user()];
  const [live, ofGone] = [await tenant.key('live'), await tenant.token(gone, ALL)];
  const expired = await issuer.sign({ ...decodeJwt(good.oauth), exp: 1 });
  const { credential } = tenant;
  await value(registry.commands.revokeToken({ credential, tokenId: token.id }));
  await value(registry.commands.revokeToken({ credential, tokenId: userApiKey.id }));
  await value(registry.commands.revokeKey({ credential, keyId: live.id }));
  await value(registry.commands.deleteUser({ credential, userId: gone }));
  const wrong = {
    missing: '',
    'a revoked token': token.token,
    'a revoked legacy key': userApiKey.token,
    'a revoked key': live.key,
    "a deleted user's token": ofGone.token,
    'a test key': (await tenant.key('test')).key,
    'an expired OAuth token': expired,
    'a token with another secret': `${good.token.slice(0, -1)}${good.token.endsWith('0') ? '1' : '0'}`,
    'a token in capitals': good.token.toUpperCase(),
    'half a token': good.token.slice(0, 17),
    'the id of a token': token.id,
    'an unknown token': `pat${'x'.repeat(14)}.${'0'.repeat(64)}`,
    'an unknown legacy key': `key${'x'.repeat(43)}`,
    'with NUL': 'pat\0',
    'too long a one': `slk_live_${'x'.repeat(8_192)}`,
  };
  for (const [what, credential] of Object.entries(wrong)) {
    for (const base of [baseId, 'appNoSuchBase1234']) {
      for (const [endpoint, ask] of Object.entries(endpoints)) {
        const answer = await ask(credential, base, webhookId);
        expect(answer, `${what}: ${endpoint}`).toMatchObject({ ok: false, refusal: { code: 'unauthenticated' } });
        // No answer repeats a credential.
        if (credential !== '') expect(JSON.stringify(answer)).not.toContain(credential);
      }
    }
  }
});

describe('what one may not see', () => {
  const UNKNOWN = 'appNoSuchBase1234';
  /** Byte for byte what an unknown base is answered. */
  const demandHidden = async (credential: string, base: string, webhook = webhookId) => {
    for (const [endpoint, ask] of Object.entries(endpoints)) {
      const unknown = await ask(credential, UNKNOWN, webhook);
      expect(unknown, endpoint).toMatchObject({ ok: false, refusal: { code: 'hidden' } });
      expect(JSON.stringify(await ask(credential, base, webhook)), endpoint).toBe(JSON.stringify(unknown));
    }
  };

  test("another tenant's base looks like one that does not exist, to every kind of credential", async () => {
    const stranger = await Tenant.make(registry);
    const theirBase = await stranger.base();
    const theirs = await makeGood(stranger, theirBase);
    const theirHook = (await value(create(stranger.credential, theirBase))).id;
    for (const [kind, credential] of Object.entries(theirs)) {
      expect((await list(credential, registry, theirBase)).ok, kind).toBe(true);
      await demandHidden(credential, baseId);
    }
    for (const credential of Object.values(good)) await demandHidden(credential, theirBase, theirHook);
    // The same person, for the issuer, has nothing there either unless invited there.
    const sameSubject = await issuer.tokenFor(`creator of ${theirBase}`, MINE);
    await demandHidden(sameSubject, baseId);
    await demandHidden(registry.operator.keys.admin.key, baseId);
  });

  test('so does a base that one does not work in, only has interfaces of, or gave the token no right to', async () => {
    const [user, outsider] = [
      await tenant.user(baseId, 'owner', 'owner'),
      await tenant.user(undefined, undefined, 'out'),
    ];
    const watcher = await tenant.user(baseId, 'interface_only', 'watcher');
    const otherBase = await tenant.base();
    const hidden = [
      await tenant.token(outsider, ALL),
      await tenant.userApiKey(outsider),
      await tenant.token(watcher, ALL),
      await tenant.userApiKey(watcher),
      await tenant.token(user, ALL, []),
      await tenant.token(user, ALL, [otherBase]),
      await tenant.token(user, []),
      await tenant.token(user, ['data.records:read', 'schema.bases:read']),
    ].map(({ token }) => token);
    const oauth = [
      await issuer.tokenFor('out', MINE),
      await issuer.tokenFor('watcher', MINE),
      await issuer.tokenFor('nobody', MINE),
      await issuer.tokenFor('owner', THEIRS),
      await issuer.tokenFor('owner', MINE, 'data.records:read schema.bases:read'),
    ];
    for (const credential of [...hidden, ...oauth]) await demandHidden(credential, baseId);
    await value(list((await tenant.token(user, ALL, [otherBase, baseId])).token));
  });

  test('so does what is no id of a base', async () => {
    const odd = [
      '',
      'app',
      '__proto__',
      'APPNOSUCHBASE1234',
      'app\0NoSuchBase123',
      "app'NoSuchBase123",
      'a'.repeat(10_000),
    ];
    for (const base of odd) {
      for (const credential of Object.values(good)) await demandHidden(credential, base);
    }
  });
});

describe('webhooks of others', () => {
  const hooked = Object.entries(endpoints).filter(([name]) =>
    ['payloads', 'refresh', 'toggle', 'delete'].includes(name),
  );
  /** Byte for byte what an unknown webhook is answered. */
  const demandUnknown = async (credential: string, webhook: string) => {
    for (const [endpoint, ask] of hooked) {
      const unknown = await ask(credential, baseId, 'achNoSuchHook1234');
      expect(unknown, endpoint).toMatchObject({ ok: false, refusal: { code: 'not_found' } });
      expect(JSON.stringify(await ask(credential, baseId, webhook)), endpoint).toBe(JSON.stringify(unknown));
    }
  };

  test('in other bases, and what is no id of a webhook, do not exist', async () => {
    const elsewhere = (await value(create(tenant.credential, await tenant.base()))).id;
    for (const credential of Object.values(good)) {
      for (const webhook of [elsewhere, '', 'ach', 'ach\0NoSuchHook123', '01ARZ3NDEKTSV4RRFFQ69G5FAV']) {
        await demandUnknown(credential, webhook);
      }
    }
  });

  test('are hidden from an OAuth integration, and seen by everybody else', async () => {
    await tenant.integration(THEIRS);
    await tenant.user(baseId, 'creator', 'guest');
    const theirs = await issuer.tokenFor('guest', THEIRS);
    const ofMine = (await value(create(good.oauth))).id;
    const ofTheirs = (await value(create(theirs))).id;
    const ids = async (credential: string) => {
      const listed = (await value(list(credential))).webhooks.map(({ id }) => id);
      const asked = { credential, baseId, webhookIds: [webhookId, ofMine, ofTheirs] };
      expect((await value(registry.commands.visibleWebhooks(asked))).webhookIds).toEqual(listed);
      return listed;
    };
    expect(await ids(good.oauth)).toEqual([ofMine]);
    expect(await ids(theirs)).toEqual([ofTheirs]);
    for (const credential of [good.token, good.userApiKey, good.liveKey, good.adminKey]) {
      expect(await ids(credential)).toEqual([webhookId, ofMine, ofTheirs]);
      await value(registry.commands.refreshBaseWebhook({ credential, baseId, webhookId: ofMine }));
    }
    await demandUnknown(good.oauth, ofTheirs);
    await demandUnknown(good.oauth, webhookId);
    await demandUnknown(theirs, ofMine);
    for (const id of [ofMine, ofTheirs]) {
      await value(registry.commands.deleteBaseWebhook({ credential: good.token, baseId, webhookId: id }));
    }
  });
});

describe('what was taken away counts at once where it was taken away, and within 5 s everywhere else', () => {
  /** Each makes a credential that sees a base, and tells how to take it away. */
  const ways: Record<
    string,
    () => Promise<{ credential: string; base: string; takeAway: (commands: Registry) => Promise<unknown> }>
  > = {
    'a token': async () => {
      const made = await tenant.token(await tenant.user(baseId, 'creator'), ALL);
      const takeAway = (commands: Registry) => value(commands.revokeToken({ ...admin(), tokenId: made.id }));
      return { credential: made.token, base: baseId, takeAway };
    },
    'a legacy key': async () => {
      const made = await tenant.userApiKey(await tenant.user(baseId, 'creator'));
      const takeAway = (commands: Registry) => value(commands.revokeToken({ ...admin(), tokenId: made.id }));
      return { credential: made.token, base: baseId, takeAway };
    },
    'a key of the account': async () => {
      const { id: keyId, key } = await tenant.key('live');
      return {
        credential: key,
        base: baseId,
        takeAway: (commands) => value(commands.revokeKey({ ...admin(), keyId })),
      };
    },
    'a collaborator': async () => {
      const userId = await tenant.user(baseId, 'creator');
      const { token } = await tenant.token(userId, ALL);
      const takeAway = (commands: Registry) => value(commands.deleteCollaborator({ ...admin(), baseId, userId }));
      return { credential: token, base: baseId, takeAway };
    },
    "a collaborator's role": async () => {
      const userId = await tenant.user(baseId, 'creator');
      const { token } = await tenant.token(userId, ALL);
      const role = 'interface_only' as const;
      const takeAway = (commands: Registry) => value(commands.putCollaborator({ ...admin(), baseId, userId, role }));
      return { credential: token, base: baseId, takeAway };
    },
    'a user with tokens': async () => {
      const userId = await tenant.user(baseId, 'creator');
      const { token } = await tenant.token(userId, ALL);
      return {
        credential: token,
        base: baseId,
        takeAway: (commands) => value(commands.deleteUser({ ...admin(), userId })),
      };
    },
    'a user who comes by OAuth': async () => {
      const userId = await tenant.user(baseId, 'creator', 'leaving');
      const credential = await issuer.tokenFor('leaving', MINE);
      return { credential, base: baseId, takeAway: (commands) => value(commands.deleteUser({ ...admin(), userId })) };
    },
    'an integration': async () => {
      await tenant.integration(THEIRS);
      await tenant.user(baseId, 'creator', 'integrated');
      const credential = await issuer.tokenFor('integrated', THEIRS);
      const takeAway = (commands: Registry) => value(commands.deleteIntegration({ ...admin(), clientId: THEIRS! }));
      return { credential, base: baseId, takeAway };
    },
    'a base': async () => {
      const base = await tenant.base();
      const takeAway = (commands: Registry) => value(commands.deleteBase({ ...admin(), baseId: base }));
      return { credential: (await tenant.key('live')).key, base, takeAway };
    },
  };
  const admin = () => ({ credential: tenant.credential });

  test.each(Object.entries(ways))('%s', async (_, prepare) => {
    const other = await registry.another();
    const { credential, base, takeAway } = await prepare();
    await value(list(credential, registry, base));
    await value(list(credential, other, base));
    await takeAway(registry.commands);
    expect((await list(credential, registry, base)).ok).toBe(false);
    registry.clock.advance(5_000);
    expect((await list(credential, other, base)).ok).toBe(false);
    await other.stop();
  });

  test('what is given counts at once', async () => {
    const other = await registry.another();
    const userId = await tenant.user(undefined, undefined, 'newcomer');
    const { token } = await tenant.token(userId, ALL);
    const oauth = await issuer.tokenFor('newcomer', THEIRS);
    for (const credential of [token, oauth]) expect((await list(credential, other)).ok).toBe(false);
    await tenant.join(baseId, userId, 'read_only');
    await tenant.integration(THEIRS);
    for (const credential of [token, oauth]) await value(list(credential, other));
    await other.stop();
  });
});

describe('the rate of a base', () => {
  const started = (penaltySeconds: number) => registry.another({ oidc, baseRate: { perSecond: 5, penaltySeconds } });
  const ok = (answers: Result<unknown>[]) => answers.filter((answer) => answer.ok).length;
  const times = <T>(count: number, act: () => Promise<T>) => Promise.all(Array.from({ length: count }, act));
  /** Remembered, so that what follows is counted within the same second. */
  const meet = (credential: string, by: { commands: Registry }) =>
    value(by.commands.visibleWebhooks({ credential, baseId, webhookIds: [] }));

  test('holds for all who see it together, and is followed by a penalty', async () => {
    const limited = await started(30);
    const credentials = Object.values(good);
    for (const credential of credentials) await meet(credential, limited);
    const asked = [...credentials, good.token].map((credential) => list(credential, limited));
    expect(ok(await Promise.all(asked))).toBe(5);
    for (const credential of credentials) {
      const { code, message, retryAfterSeconds } = await refusal(list(credential, limited));
      expect({ code, message }).toEqual({
        code: 'rate_limited',
        message: 'too many requests for this base: 5 a second are allowed',
      });
      expect(retryAfterSeconds).toBeGreaterThan(25);
      expect(retryAfterSeconds).toBeLessThanOrEqual(30);
    }
    // The question that follows the list is none of the client's.
    await meet(good.token, limited);
    // Other bases have rates of their own.
    await value(list(tenant.credential, limited, await tenant.base()));
    await limited.stop();
  });

  test('is forgiven with the second where there is no penalty', async () => {
    const limited = await started(0);
    await meet(good.token, limited);
    const answers = await times(20, () => list(good.token, limited));
    expect(ok(answers)).toBe(5);
    for (const answer of answers.filter(({ ok }) => !ok)) {
      expect(answer).toMatchObject({ refusal: { code: 'rate_limited', retryAfterSeconds: expect.any(Number) } });
      expect((answer as { refusal: { retryAfterSeconds: number } }).refusal.retryAfterSeconds).toBeLessThanOrEqual(1);
    }
    await expect.poll(async () => (await list(good.token, limited)).ok, { timeout: 10_000 }).toBe(true);
    await limited.stop();
  });

  test('is not used up by those who do not see the base; by those who see it and ask too much, it is', async () => {
    const limited = await started(30);
    const stranger = await Tenant.make(registry);
    const reader = (await tenant.token(await tenant.user(baseId, 'read_only'), ALL)).token;
    await meet(reader, limited);
    for (const credential of ['', 'unknown', stranger.credential]) {
      expect(ok(await times(10, () => list(credential, limited)))).toBe(0);
    }
    const answers = await times(6, () => create(reader, baseId, limited));
    const codes = answers.map((answer) => (answer.ok ? 'done' : answer.refusal.code));
    expect(codes).toEqual([...Array(5).fill('forbidden'), 'rate_limited']);
    await limited.stop();
  });
});
