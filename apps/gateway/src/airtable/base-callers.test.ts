import { afterEach, expect, it } from 'vitest';
import { type GatewayUnderTest, gatewayUnderTest } from '../testing/gateway-under-test.js';
import { BASE } from '../testing/memory-airtable.js';

let gateway: GatewayUnderTest;
afterEach(() => gateway.stop());

const limits = { requestsPerSecond: 1_000, eventsPerSecond: 1_000, failuresPerSecond: 1_000 };
const LIMITED = '{"error":{"type":"RATE_LIMIT_REACHED","message":"Rate limit exceeded. Please try again later"}}';

async function list(authorization: string, base = BASE) {
  const response = await gateway.ask(`/v0/bases/${base}/webhooks`, { headers: { authorization } });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

it('answers 429 beyond the requests of a credential, each for itself, bare or after Bearer', async () => {
  gateway = await gatewayUnderTest({ limits: { ...limits, requestsPerSecond: 3 } });
  const answers = await Promise.all(['pat', 'Bearer pat', 'pat', 'bearer pat'].map((text) => list(text)));
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 200, 429]);
  const refused = answers.find(({ status }) => status === 429);
  expect([refused?.text, refused?.headers.get('retry-after')]).toEqual([LIMITED, '1']);
  expect(gateway.airtable.asked).toHaveLength(3);
  expect((await list('legacy')).headers.get('ratelimit-remaining')).toBe('2');
});

it('asks nothing more for an address that brought too many wrong credentials, but for those that were good', async () => {
  gateway = await gatewayUnderTest({ limits: { ...limits, failuresPerSecond: 5 } });
  expect((await list('pat')).status).toBe(200);
  expect((await list('legacy', 'appXXXXXXXXXXXXXX')).status).toBe(403);
  const wrong = await Promise.all(Array.from({ length: 30 }, (_, index) => list(`wrong-${index}`)));
  expect(wrong.some(({ status, text }) => status === 429 && text === LIMITED)).toBe(true);
  const asked = gateway.airtable.asked.length;
  expect((await list('wrong-again')).status).toBe(429);
  expect(gateway.airtable.asked).toHaveLength(asked);
  expect((await list('pat')).status).toBe(200);
  expect((await list('legacy')).status).toBe(200);
});

it('counts requests without a credential as wrong ones', async () => {
  gateway = await gatewayUnderTest({ limits: { ...limits, failuresPerSecond: 5 } });
  const missing = await Promise.all(Array.from({ length: 10 }, () => list('')));
  expect([...new Set(missing.map(({ status }) => status))].sort()).toEqual([401, 429]);
  expect((await list('pat')).status).toBe(429);
});

it('no longer spares a credential that was good more than 5 s ago, nor one that was refused since', async () => {
  gateway = await gatewayUnderTest({ limits: { ...limits, failuresPerSecond: 5 } });
  for (const credential of ['pat', 'legacy']) expect((await list(credential)).status).toBe(200);
  gateway.clock.advance(5_001);
  expect((await list('legacy')).status).toBe(200);
  gateway.airtable.credentials.delete('legacy');
  expect((await list('legacy')).status).toBe(401);
  await Promise.all(Array.from({ length: 10 }, (_, index) => list(`wrong-${index}`)));
  const asked = gateway.airtable.asked.length;
  for (const credential of ['pat', 'legacy']) expect((await list(credential)).status).toBe(429);
  expect(gateway.airtable.asked).toHaveLength(asked);
});
