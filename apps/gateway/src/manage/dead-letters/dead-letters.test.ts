import type { DeadLetter } from '@sluice/contracts/dead-letter-commands';
import { ServiceUnavailable } from '@sluice/service-kit/service-unavailable';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { cursorAt } from '../../operations/page.js';
import { type GatewayUnderTest, gatewayUnderTest } from '../../testing/gateway-under-test.js';

let gateway: GatewayUnderTest;
beforeAll(async () => {
  gateway = await gatewayUnderTest();
});
afterAll(() => gateway.stop());
beforeEach(() => {
  gateway.deadLetters.letters.length = 0;
  gateway.deadLetters.asked.length = 0;
  gateway.deadLetters.failure = null;
});

async function ask(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
  const sent = { authorization: 'live-key', 'content-type': 'application/json', ...headers };
  const text = body === undefined ? {} : { body: JSON.stringify(body) };
  const response = await gateway.ask(path, { method, headers: sent, ...text });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

const base64 = (bytes: string | Buffer) => Buffer.from(bytes).toString('base64');
const AT = '2026-06-01T09:30:00.000Z';
const AT_MICROSECOND = '2026-06-01T09:30:00.000123Z';
const ID = `dlt_${'0'.repeat(32)}`;
const NOT_UTF8 = Buffer.from([0xff, 0]);
const letter: DeadLetter = {
  ...{ id: ID, accountId: 'account', state: 'put_back', reason: 'no JSON', at: AT },
  origin: { sourceId: 'src_1', topic: 'orders', partition: 3, offset: '9007199254740993', at: null },
  ...{ bytes: 7, cutFrom: null, putBack: { times: 2, at: AT, by: 'key_1' }, dropped: null, former: null },
  key: base64(NOT_UTF8),
  headers: [
    { name: 'a', value: base64('ünï') },
    { name: 'a', value: null },
  ],
  value: base64('\uFEFF{"a":1'),
  cameBackAs: null,
};
const summary = {
  ...{ id: ID, account_id: 'account', state: 'put_back', reason: 'no JSON', at: AT, source_id: 'src_1' },
  ...{ topic: 'orders', partition: 3, offset: '9007199254740993', timestamp: null, bytes: 7, cut_from: null },
  ...{ put_back: { times: 2, at: AT, by: 'key_1' }, dropped: null, former: null },
};

it('are listed page by page, by what they are told apart by', async () => {
  gateway.deadLetters.letters.push(letter, letter);
  const query = 'source_id=src_1&topic=orders&reason=no%20json&since=2026-06-01T02:00:00%2B02:00&state=waiting&limit=1';
  const first = await ask('GET', `/v1/dead-letters?${query}`);
  expect(first).toEqual({ status: 200, body: { dead_letters: [summary], next_cursor: expect.any(String) } });
  const filter = {
    ...{ sourceId: 'src_1', topic: 'orders', reason: 'no json', since: '2026-06-01T00:00:00.000Z', state: 'waiting' },
  };
  expect(gateway.deadLetters.asked.at(-1)?.request).toMatchObject({ credential: 'live-key', filter, limit: 1 });
  await ask('GET', `/v1/dead-letters?limit=1&cursor=${first.body.next_cursor}`);
  const before = { at: '2026-06-01T09:30:00.000123Z', partition: 3, position: '41' };
  expect(gateway.deadLetters.asked.at(-1)?.request).toMatchObject({ filter: {}, before });
  gateway.deadLetters.letters.length = 0;
  expect((await ask('GET', '/v1/dead-letters')).body).toEqual({ dead_letters: [], next_cursor: null });
});

it('are shown byte for byte, and as text where they are UTF-8', async () => {
  gateway.deadLetters.letters.push(letter);
  expect(await ask('GET', `/v1/dead-letters/${ID}`)).toEqual({
    status: 200,
    body: {
      ...summary,
      key: { base64: base64(NOT_UTF8), text: null },
      headers: [
        { name: 'a', value: { base64: base64('ünï'), text: 'ünï' } },
        { name: 'a', value: null },
      ],
      value: { base64: base64('\uFEFF{"a":1'), text: '\uFEFF{"a":1' },
      came_back_as: null,
    },
  });
});

it.each([
  ['GET', '/v1/dead-letters?source=1', undefined, 'source'],
  ['GET', '/v1/dead-letters?reason=', undefined, 'reason'],
  ['GET', '/v1/dead-letters?reason=%00', undefined, 'reason'],
  ['GET', '/v1/dead-letters?since=yesterday', undefined, 'since'],
  ['GET', '/v1/dead-letters?state=lost', undefined, 'state'],
  ['GET', '/v1/dead-letters?cursor=abc', undefined, 'cursor'],
  ['GET', `/v1/dead-letters?cursor=${cursorAt('2026-99-99T00:00:00.000000Z/1/1')}`, undefined, 'cursor'],
  ['GET', `/v1/dead-letters?cursor=${cursorAt(`${AT_MICROSECOND}/9999999999/1`)}`, undefined, 'cursor'],
  ['GET', `/v1/dead-letters?cursor=${cursorAt(`${AT_MICROSECOND}/1/9999999999999999999`)}`, undefined, 'cursor'],
  ['GET', '/v1/dead-letters?since=9999-12-31T23:59:59-14:00', undefined, 'since'],
  ['GET', '/v1/dead-letters?until=0001-01-01T00:00:00%2B14:00', undefined, 'until'],
  ['GET', '/v1/dead-letters?topic=a&topic=b', undefined, 'topic'],
  ['POST', '/v1/dead-letters/put-back', {}, 'ids'],
  ['POST', '/v1/dead-letters/put-back', { ids: [ID], filter: {} }, 'ids'],
  ['POST', '/v1/dead-letters/put-back', { ids: [] }, 'ids'],
  ['POST', '/v1/dead-letters/put-back', { ids: Array(1_001).fill(ID) }, 'ids'],
  ['POST', '/v1/dead-letters/put-back', { ids: [1] }, 'ids.0'],
  ['POST', '/v1/dead-letters/put-back', { filter: { state: 'waiting' } }, 'filter.state'],
  ['POST', '/v1/dead-letters/drop', { filter: { state: 'dropped' } }, 'filter.state'],
  ['POST', '/v1/dead-letters/drop', { filter: { sources: 'src_1' } }, 'filter.sources'],
  ['POST', '/v1/dead-letters/drop', { filter: { until: 7 } }, 'filter.until'],
  ['POST', `/v1/dead-letters/${ID}/put-back`, { now: true }, 'now'],
])('%s %s with %j is a mistake that is named', async (method, path, body, named) => {
  expect(await ask(method, path, body)).toMatchObject({ status: 400, body: { errors: [{ path: named }] } });
  expect(gateway.deadLetters.asked).toEqual([]);
});

it('one is put back, or dropped, with the address for whoever asks later', async () => {
  expect(await ask('POST', `/v1/dead-letters/${ID}/put-back`)).toEqual({
    status: 200,
    body: { id: ID, put_back: true },
  });
  const request = { credential: 'live-key', selection: { ids: [ID] }, from: '127.0.0.1' };
  expect(gateway.deadLetters.asked).toEqual([{ command: 'putBackDeadLetters', request }]);
  expect(await ask('DELETE', `/v1/dead-letters/${ID}`)).toEqual({ status: 200, body: { id: ID, dropped: true } });
  expect(gateway.deadLetters.asked.at(-1)).toEqual({ command: 'dropDeadLetters', request });
  for (const [code, status] of [
    ['not_found', 404],
    ['conflict', 409],
    ['unavailable', 503],
  ] as const) {
    gateway.deadLetters.failure = { id: ID, code, reason: 'a reason' };
    const { status: answered, body } = await ask('POST', `/v1/dead-letters/${ID}/put-back`);
    expect([answered, code === 'unavailable' || String(body.detail).includes('a reason')]).toEqual([status, true]);
  }
  expect((await ask('GET', '/v1/dead-letters/dlt_7')).status).toBe(404);
  expect((await ask('DELETE', '/v1/dead-letters/dlt_7%00')).status).toBe(404);
});

it('many are put back or dropped at once, by their ids or by a filter', async () => {
  const ids = [ID, `dlt_${'1'.repeat(32)}`];
  expect(await ask('POST', '/v1/dead-letters/put-back', { ids })).toEqual({
    status: 200,
    body: { put_back: ids, failed: [], more: false },
  });
  await ask('POST', '/v1/dead-letters/drop', { filter: { reason: 'JSON', state: 'put_back' } });
  expect(gateway.deadLetters.asked.at(-1)).toMatchObject({
    command: 'dropDeadLetters',
    request: { selection: { filter: { reason: 'JSON', state: 'put_back' } } },
  });
  gateway.deadLetters.failure = { id: ID, code: 'conflict', reason: 'it was dropped' };
  expect((await ask('POST', '/v1/dead-letters/put-back', { ids })).body).toEqual({
    ...{ put_back: [], failed: [{ id: ID, reason: 'it was dropped' }], more: false },
  });
  gateway.deadLetters.failure = { id: ID, code: 'not_found', reason: 'none' };
  expect((await ask('POST', '/v1/dead-letters/put-back', { ids })).status).toBe(404);
});

it('a request that is repeated with its Idempotency-Key is carried out once', async () => {
  const key = { 'idempotency-key': 'again-1' };
  const first = await ask('POST', `/v1/dead-letters/${ID}/put-back`, undefined, key);
  expect(await ask('POST', `/v1/dead-letters/${ID}/put-back`, undefined, key)).toEqual(first);
  expect(gateway.deadLetters.asked).toHaveLength(1);
});

it('a dispatcher that is away is a 503', async () => {
  gateway.dispatcher.listDeadLetters = async () => {
    throw new ServiceUnavailable('away');
  };
  expect((await ask('GET', '/v1/dead-letters')).status).toBe(503);
});

it('are not shown to a session of the portal: who came by a link is no owner of the records', async () => {
  gateway.registry.add('slp_session', { kind: 'portal' });
  for (const path of ['/v1/dead-letters', `/v1/dead-letters/${ID}`]) {
    const answer = await gateway.ask(path, { headers: { authorization: 'slp_session' } });
    expect([path, answer.status]).toEqual([path, 403]);
  }
  expect(gateway.deadLetters.asked).toEqual([]);
  const document = await (await gateway.ask('/v1/openapi.json')).json();
  expect(document).toHaveProperty(['paths', '/v1/dead-letters', 'get', 'security'], [{ apiKey: [] }]);
});
