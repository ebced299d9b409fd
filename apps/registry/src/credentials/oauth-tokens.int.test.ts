import { createHmac, createPublicKey, type JsonWebKey } from 'node:crypto';
import { ShiftedClock } from '@sluice/service-kit/clock';
import { ServiceUnavailable } from '@sluice/service-kit/service-unavailable';
import { decodeJwt, decodeProtectedHeader, type JWTPayload } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { BaseAccess } from '../access/base-access.js';
import { baseAccessOn } from '../testing/base-access-on.js';
import { OidcIssuer } from '../testing/oidc-issuer.js';
import { type RegistryUnderTest, refusal, startRegistryUnderTest, value } from '../testing/registry-under-test.js';
import { Tenant } from '../testing/tenant.js';
import type { OidcSettings } from './oauth-tokens.js';

const AUDIENCE = 'https://sluice.example.org';
const CLIENT = 'integration-one';

let registry: RegistryUnderTest;
let issuer: OidcIssuer;
let clock: ShiftedClock;
let accountId: string;
let baseId: string;
let userId: string;
let access: BaseAccess;

const settings = (changes: Partial<OidcSettings> = {}): OidcSettings => ({
  issuer: issuer.url,
  audience: AUDIENCE,
  userClaim: 'sub',
  clientClaims: ['client_id', 'azp'],
  scopeClaim: 'scope',
  jwksUri: null,
  ...changes,
});
const accessBy = (changes: Partial<OidcSettings> = {}) => baseAccessOn(registry.database, clock, settings(changes));

const list = (token: string, by = access) => by.of(token, baseId, 'list');
const demandUnauthenticated = async (token: string, by = access) =>
  expect(await refusal(list(token, by))).toMatchObject({ code: 'unauthenticated' });

beforeAll(async () => {
  registry = await startRegistryUnderTest();
  issuer = await OidcIssuer.start([CLIENT, 'integration-two']);
  const tenant = await Tenant.make(registry);
  accountId = tenant.accountId;
  baseId = await tenant.base();
  userId = await tenant.user(baseId, 'creator', 'ada');
  await tenant.integration(CLIENT);
});
afterAll(async () => {
  await issuer.close();
  await registry.close();
});
beforeEach(() => {
  issuer.comeBack();
  clock = new ShiftedClock();
  access = accessBy();
});

describe('a token that the issuer gave to a client for a user', () => {
  test('names the user of the account whose subject it has, the client and its scopes', async () => {
    const caller = await value(list(await issuer.tokenFor('ada', CLIENT)));
    expect(caller).toEqual({
      accountId,
      baseId,
      kind: 'oauth',
      actor: `${userId}/${CLIENT}`,
      role: 'creator',
      scopes: new Set(['webhook:manage', 'data.records:read', 'schema.bases:read']),
      integration: CLIENT,
    });
    const narrow = await issuer.tokenFor('ada', CLIENT, 'webhook:manage');
    expect((await value(list(narrow))).scopes).toEqual(new Set(['webhook:manage']));
    expect(await refusal(list(await issuer.tokenFor('ada', CLIENT, 'data.records:read')))).toMatchObject({
      code: 'hidden',
    });
  });

  test('shows no base whose account does not admit the client or know the user', async () => {
    for (const token of [await issuer.tokenFor('ada', 'integration-two'), await issuer.tokenFor('eve', CLIENT)]) {
      expect(await refusal(list(token))).toMatchObject({ code: 'hidden' });
    }
  });

  test('counts until it expires, by the injected clock', async () => {
    const token = await issuer.tokenFor('ada', CLIENT);
    const lifetimeMs = decodeJwt(token).exp! * 1_000 - clock.nowMs();
    clock.advance(lifetimeMs - 10_000);
    await value(list(token));
    clock.advance(16_000);
    expect(await refusal(list(token))).toEqual({ code: 'unauthenticated', message: 'the token has expired' });
  });

  test('counts for its audience alone, and from its issuer alone', async () => {
    await demandUnauthenticated(await issuer.tokenFor('ada', CLIENT, undefined, 'https://other.example.org'));
    const stranger = await OidcIssuer.start([CLIENT]);
    await demandUnauthenticated(await stranger.tokenFor('ada', CLIENT));
    // Signed by the stranger in the name of our issuer, with the id of our issuer's key.
    const claims = decodeJwt(await issuer.tokenFor('ada', CLIENT));
    await demandUnauthenticated(await stranger.sign(claims, { ...stranger.signingKey, kid: issuer.signingKey.kid! }));
    await stranger.close();
  });

  test('counts in the algorithm of another kind of key, too', async () => {
    await issuer.rotate('keep the old ones', 'ES256');
    const token = await issuer.tokenFor('ada', CLIENT);
    expect(decodeProtectedHeader(token).alg).toBe('ES256');
    await value(list(token));
  });

  test('is nothing to a registry without an issuer', async () => {
    await demandUnauthenticated(await issuer.tokenFor('ada', CLIENT), baseAccessOn(registry.database, clock, null));
  });
});

describe('a forged token', () => {
  const part = (content: object) => Buffer.from(JSON.stringify(content)).toString('base64url');
  let claims: JWTPayload;
  let genuine: string;
  beforeEach(async () => {
    genuine = await issuer.tokenFor('ada', CLIENT);
    claims = decodeJwt(genuine);
    // So that each forgery meets the keys that a genuine token brought in.
    await value(list(genuine));
  });

  test('without a signature', async () => {
    for (const alg of ['none', 'None', 'NONE']) {
      await demandUnauthenticated(`${part({ alg, typ: 'JWT' })}.${part(claims)}.`);
      await demandUnauthenticated(`${part({ alg, kid: issuer.signingKey.kid })}.${part(claims)}.`);
    }
    const [header, payload] = genuine.split('.');
    await demandUnauthenticated(`${header}.${payload}.`);
  });

  test('with the public key as the shared secret of an HMAC', async () => {
    const key = createPublicKey({ key: issuer.signingKey as JsonWebKey, format: 'jwk' });
    const secrets = [
      key.export({ type: 'spki', format: 'pem' }),
      key.export({ type: 'spki', format: 'der' }),
      JSON.stringify(key.export({ format: 'jwk' })),
    ];
    for (const secret of secrets) {
      for (const [alg, hash] of [
        ['HS256', 'sha256'],
        ['HS512', 'sha512'],
      ] as const) {
        const signed = `${part({ alg, kid: issuer.signingKey.kid })}.${part(claims)}`;
        await demandUnauthenticated(`${signed}.${createHmac(hash, secret).update(signed).digest('base64url')}`);
      }
    }
  });

  test('with other claims under the genuine signature', async () => {
    const [header, , signature] = genuine.split('.');
    await demandUnauthenticated(`${header}.${part({ ...claims, sub: 'eve' })}.${signature}`);
  });

  test('with a key of its own in the header', async () => {
    const { d: _, ...jwk } = issuer.signingKey;
    const [, payload, signature] = genuine.split('.');
    await demandUnauthenticated(
      `${part({ ...decodeProtectedHeader(genuine), kid: 'own', jwk })}.${payload}.${signature}`,
    );
  });

  test.each([
    'eyJhIjoxfQ',
    'eyJ.eyJ.',
    'eyJhbGciOiJSUzI1NiJ9.bm90IGpzb24.c2ln',
    'eyJhbGciOiJSUzI1NiJ9.W10.c2ln',
    'eyJ..',
  ])('that is malformed: %s', (token) => demandUnauthenticated(token));
});

describe('what the issuer itself signed counts only', () => {
  let claims: JWTPayload;
  beforeAll(async () => {
    claims = decodeJwt(await issuer.tokenFor('ada', CLIENT));
  });
  const signed = (changes: JWTPayload) => issuer.sign({ ...claims, ...changes });

  test('with an end, after its beginning, and for a user and a client', async () => {
    await value(list(await signed({})));
    const inAnHour = Math.floor(clock.nowMs() / 1_000) + 3_600;
    const lacking: JWTPayload[] = [
      { exp: undefined },
      { nbf: inAnHour, exp: inAnHour + 60 },
      { sub: undefined },
      { sub: '' },
      { sub: 'ada\0' },
      { client_id: undefined },
      { client_id: ['integration-one'] },
      { aud: undefined },
      { iss: undefined },
    ];
    for (const changes of lacking) await demandUnauthenticated(await signed(changes));
    clock.advance(3_600_000);
    await value(list(await signed({ nbf: inAnHour, exp: inAnHour + 60 })));
  });

  test('with its claims where the configuration says, as a list or a text', async () => {
    const azp = await signed({ client_id: undefined, azp: CLIENT, aud: ['https://other.example.org', AUDIENCE] });
    expect((await value(list(azp))).integration).toBe(CLIENT);
    const token = await signed({
      sub: 'x',
      email: 'ada',
      client_id: 'x',
      cid: CLIENT,
      scope: '',
      scp: ['webhook:manage'],
    });
    const told = accessBy({ userClaim: 'email', clientClaims: ['cid'], scopeClaim: 'scp' });
    expect(await value(list(token, told))).toMatchObject({ integration: CLIENT, scopes: new Set(['webhook:manage']) });
    expect((await list(token)).ok).toBe(false);
  });

  test('up to 8 KiB', async () => {
    const long = await signed({ groups: 'g'.repeat(5_400) });
    expect(long.length).toBeGreaterThan(7_500);
    await value(list(long));
    await demandUnauthenticated(await signed({ groups: 'g'.repeat(8_192) }));
  });
});

describe('the keys of the issuer', () => {
  test('are asked for once, and again for a key that is not known yet', async () => {
    const first = await issuer.tokenFor('ada', CLIENT);
    issuer.asked.length = 0;
    await Promise.all([list(first), list(first)]);
    await value(list(first));
    expect(issuer.asked).toEqual(['/.well-known/openid-configuration', '/jwks']);

    issuer.asked.length = 0;
    await issuer.rotate('keep the old ones');
    const second = await issuer.tokenFor('ada', CLIENT);
    expect(decodeProtectedHeader(second).kid).not.toBe(decodeProtectedHeader(first).kid);
    clock.advance(5_000);
    await value(list(second));
    await value(list(first));
    expect(issuer.asked).toEqual(['/.well-known/openid-configuration', '/jwks']);
  });

  test('are not asked for by tokens with invented key ids more than once in 5 s, nor by those of another issuer', async () => {
    await value(list(await issuer.tokenFor('ada', CLIENT)));
    issuer.asked.length = 0;
    const claims = decodeJwt(await issuer.tokenFor('ada', CLIENT));
    clock.advance(5_000);
    for (let index = 0; index < 5; index++) {
      await demandUnauthenticated(await issuer.sign(claims, { ...issuer.signingKey, kid: `invented-${index}` }));
    }
    expect(issuer.asked).toEqual(['/.well-known/openid-configuration', '/jwks']);
    clock.advance(5_000);
    await demandUnauthenticated(await issuer.sign({ ...claims, iss: 'https://other.example.org' }));
    expect(issuer.asked).toHaveLength(2);
  });

  test('stop counting within 10 minutes once the issuer has withdrawn them', async () => {
    const old = await issuer.tokenFor('ada', CLIENT);
    await value(list(old));
    await issuer.rotate('withdraw the old ones');
    await value(list(old));
    clock.advance(600_000);
    await demandUnauthenticated(old);
    await value(list(await issuer.tokenFor('ada', CLIENT)));
  });

  test('may be at an address that is told instead of discovered', async () => {
    const told = accessBy({ jwksUri: `${issuer.url}/jwks` });
    const token = await issuer.tokenFor('ada', CLIENT);
    issuer.asked.length = 0;
    await value(list(token, told));
    expect(issuer.asked).toEqual(['/jwks']);
  });
});

describe('while the issuer is away', () => {
  test('a token whose key is known counts; any other is neither good nor bad, until the issuer is back', async () => {
    const token = await issuer.tokenFor('ada', CLIENT);
    const warm = accessBy();
    await value(list(token, warm));
    const claims = decodeJwt(token);
    issuer.goAway();

    await value(list(token, warm));
    await expect(list(token)).rejects.toThrow(ServiceUnavailable);
    clock.advance(5_000);
    const unknownKey = await issuer.sign(claims, { ...issuer.signingKey, kid: 'unknown' });
    await expect(list(unknownKey, warm)).rejects.toThrow(ServiceUnavailable);
    await value(list(token, warm));
    // For these the issuer needn't be asked.
    await demandUnauthenticated(await issuer.sign({ ...claims, iss: 'https://other.example.org' }));
    const none = Buffer.from('{"alg":"none"}').toString('base64url');
    await demandUnauthenticated(`${none}.${token.split('.')[1]}.`);

    issuer.comeBack();
    clock.advance(1_000);
    await value(list(token));
    await value(list(token, warm));
  });

  test('what does not answer like an issuer is away, too', async () => {
    const token = await issuer.tokenFor('ada', CLIENT);
    const elsewhere = accessBy({ jwksUri: `${issuer.url}/no-such-page` });
    await expect(list(token, elsewhere)).rejects.toThrow(ServiceUnavailable);
    const noKeys = accessBy({ jwksUri: `${issuer.url}/.well-known/openid-configuration` });
    await expect(list(token, noKeys)).rejects.toThrow(ServiceUnavailable);
  });
});
