import { createHash, randomUUID } from 'node:crypto';
import type { RememberedAnswer } from '@sluice/contracts/idempotency-commands';
import { createLogger } from '@sluice/service-kit/logger';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RegistryUnderTest, refusal, startRegistryUnderTest, value } from '../testing/registry-under-test.js';
import { Tenant } from '../testing/tenant.js';
import { AnswerSweep } from './answer-sweep.js';

let registry: RegistryUnderTest;
let credential: string;

beforeAll(async () => {
  registry = await startRegistryUnderTest();
  credential = registry.operator.keys.live.key;
});
afterAll(() => registry.close());

const hashOf = (request: string): string => createHash('sha256').update(request).digest('base64');
const begin = (key: string, request = 'request', as = credential, { commands } = registry) =>
  value(commands.beginRequest({ credential: as, key, fingerprint: hashOf(request) }));
const settle = (key: string, lease: string, answer: RememberedAnswer | null) =>
  value(registry.commands.settleRequest({ credential, key, lease, answer }));

const ANSWER = { status: 201, contentType: 'application/json', body: '{"signing_secret":"whsec_c2VjcmV0 ☃"}' };

/** The lease of a request that must be the first of its key. */
async function first(key: string): Promise<string> {
  const begun = await begin(key);
  if (begun.is !== 'first') throw new Error(`it is ${begun.is}`);
  return begun.lease;
}

test('a request is carried out once, and its answer given to whoever repeats it, with any key of the account', async () => {
  const key = randomUUID();
  const lease = await first(key);
  expect(await begin(key)).toEqual({ is: 'under_way' });
  await settle(key, lease, ANSWER);
  const answered = { is: 'answered', answer: ANSWER };
  expect(await begin(key)).toEqual(answered);
  expect(await begin(key, 'request', registry.operator.keys.admin.key)).toEqual(answered);
});

test('an answer keeps its ETag', async () => {
  const key = randomUUID();
  const answer = { ...ANSWER, etag: '"a.b"' };
  await settle(key, await first(key), answer);
  expect(await begin(key)).toEqual({ is: 'answered', answer });
});

test('another request under the same key is told from a repetition, before and after the first is answered', async () => {
  const key = randomUUID();
  const lease = await first(key);
  expect(await begin(key, 'another')).toEqual({ is: 'another' });
  await settle(key, lease, ANSWER);
  expect(await begin(key, 'another')).toEqual({ is: 'another' });
});

test("another account's request under the same key is its own", async () => {
  const key = randomUUID();
  await settle(key, await first(key), ANSWER);
  const stranger = (await Tenant.make(registry)).credential;
  expect(await begin(key, 'request', stranger)).toMatchObject({ is: 'first' });
  expect(await begin(key)).toMatchObject({ is: 'answered' });
});

test('of many at once, through several registries, one is the first', async () => {
  const key = randomUUID();
  const other = await registry.another();
  const begun = await Promise.all(
    Array.from({ length: 30 }, (_, n) =>
      begin(key, 'request', credential, n % 2 === 0 ? registry : { ...registry, ...other }),
    ),
  );
  expect(begun.filter(({ is }) => is === 'first')).toHaveLength(1);
  expect(begun.filter(({ is }) => is === 'under_way')).toHaveLength(29);
});

test('an answer that is not to be remembered frees the key', async () => {
  const key = randomUUID();
  await settle(key, await first(key), null);
  expect(await begin(key, 'another')).toMatchObject({ is: 'first' });
});

test('a request that was cut off frees its key after a while, and counts no more when it ends after all', async () => {
  const key = randomUUID();
  const late = await first(key);
  // The longest request takes 39 s.
  registry.clock.advance(59_000);
  expect(await begin(key)).toEqual({ is: 'under_way' });
  registry.clock.advance(1_000);
  const lease = await first(key);
  await settle(key, late, { ...ANSWER, body: 'late' });
  await settle(key, late, null);
  expect(await begin(key)).toEqual({ is: 'under_way' });
  await settle(key, lease, ANSWER);
  expect(await begin(key)).toEqual({ is: 'answered', answer: ANSWER });
});

test('an answer is remembered for a day, and then neither given nor kept', async () => {
  const key = randomUUID();
  await settle(key, await first(key), ANSWER);
  registry.clock.advance(24 * 60 * 60 * 1_000 - 60_000);
  const sweep = new AnswerSweep(registry.database, registry.clock, createLogger({ service: 'test', level: 'silent' }));
  const stored = () => registry.database.query('select 1 from registry.idempotent_request where key = $1', [key]);
  await sweep.round();
  expect(await begin(key)).toMatchObject({ is: 'answered' });
  registry.clock.advance(60_000);
  expect(await begin(key, 'another')).toMatchObject({ is: 'first' });
  registry.clock.advance(24 * 60 * 60 * 1_000);
  expect(await stored()).toHaveLength(1);
  expect(await sweep.round()).toBeGreaterThan(0);
  expect(await stored()).toEqual([]);
});

test('a credential that nobody has begins and settles nothing', async () => {
  const ask = { credential: `${registry.operator.keys.live.key}x`, key: randomUUID() };
  const unauthenticated = { code: 'unauthenticated' };
  expect(await refusal(registry.commands.beginRequest({ ...ask, fingerprint: hashOf('a') }))).toMatchObject(
    unauthenticated,
  );
  const settling = registry.commands.settleRequest({ ...ask, lease: 'x', answer: null });
  expect(await refusal(settling)).toMatchObject(unauthenticated);
});
