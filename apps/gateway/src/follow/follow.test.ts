import { connect } from 'node:net';
import type { Follow, FollowedEvent } from '@sluice/contracts/follow-commands';
import { accepted, refused } from '@sluice/contracts/result';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type GatewayUnderTest, gatewayUnderTest } from '../testing/gateway-under-test.js';

let gateway: GatewayUnderTest;
const answers: Awaited<ReturnType<Follow['follow']>>[] = [];
const asked: Parameters<Follow['follow']>[0][] = [];
let changes: { webhooks: { id: string; version: string }[]; jobs: { id: string; version: string }[] };
let polls = 0;

beforeEach(async () => {
  gateway = await gatewayUnderTest();
  gateway.registry.add('other-key', { accountId: 'other' });
  answers.length = 0;
  asked.length = 0;
  changes = { webhooks: [], jobs: [] };
  polls = 0;
  gateway.dispatcher.follow = async (question) => {
    asked.push(question);
    const answer = answers.shift();
    if (answer !== undefined) return answer;
    await new Promise((resolve) => setTimeout(resolve, 20));
    return accepted({ events: [], cursor: question.after ?? '0.0' });
  };
  gateway.dispatcher.recentChanges = async () => {
    polls += 1;
    return accepted(changes);
  };
});
afterEach(() => gateway.stop());

const event = (id: string, deliveries: FollowedEvent['deliveries'] = []): FollowedEvent => ({
  ...{ cursor: `0.${id}`, source: '/s', id, type: 't', acceptedAt: '2026-03-01T12:00:00.000Z', deliveries },
  data: Buffer.from('{"a":"\\n"}').toString('base64'),
});
const delivery = (id: string) => ({
  ...{ deliveryId: id, webhookId: 'w', endpoint: 'https://example.org/' },
  headers: [{ name: 'webhook-id', value: id }],
});

/** What comes until it has all of the texts in it; then nobody reads any more. */
async function read(path: string, wanted: string[], headers: Record<string, string> = {}): Promise<string> {
  const abort = new AbortController();
  const response = await gateway.ask(path, {
    headers: { authorization: 'Bearer live-key', ...headers },
    signal: abort.signal,
  });
  expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/event-stream; charset=utf-8']);
  let text = '';
  for await (const chunk of response.body!) {
    text += Buffer.from(chunk).toString();
    if (wanted.every((each) => text.includes(each))) break;
  }
  abort.abort();
  return text;
}

it('follows deliveries: the last one of an event has the id to go on behind', async () => {
  answers.push(accepted({ events: [], cursor: '0.0' }));
  answers.push(accepted({ events: [event('1', [delivery('msg_a'), delivery('msg_b')])], cursor: '0.5' }));
  const text = await read('/v1/deliveries/follow?event_type=t&webhook_id=w', ['id: 0.5']);
  const [first, second] = text.split('\n\n').filter((block) => block.startsWith('event: delivery'));
  expect(first).not.toContain('id: 0.');
  expect(second?.split('\n')[1]).toBe('id: 0.1');
  expect(JSON.parse(second!.split('data: ')[1]!)).toEqual({
    delivery_id: 'msg_b',
    webhook_id: 'w',
    event: { source: '/s', id: '1', type: 't', accepted_at: '2026-03-01T12:00:00.000Z' },
    endpoint: 'https://example.org/',
    headers: { 'webhook-id': 'msg_b' },
    body: '{"a":"\\n"}',
    body_encoding: 'utf8',
  });
  expect(asked[0]).toMatchObject({ after: null, deliveries: true, eventType: 't', webhookId: 'w' });
  expect(asked[1]).toMatchObject({ after: '0.0' });
});

it('follows events, from a cursor or behind the last one that was read', async () => {
  answers.push(accepted({ events: [event('7')], cursor: '0.8' }));
  const text = await read('/v1/events/follow', ['"id":"7"'], { 'last-event-id': '0.6' });
  expect(text).toContain('event: event\nid: 0.7\ndata: {"source":"/s","id":"7"');
  expect(asked[0]).toMatchObject({ after: '0.6', deliveries: false });
  await read('/v1/events/follow?after=0.3', ['id: 0.3']);
  expect(asked.at(-1)).toMatchObject({ after: '0.3' });
});

it('tells where it is before anything came, as an event that readers do not pass over', async () => {
  answers.push(accepted({ events: [], cursor: '0.4' }));
  expect(await read('/v1/events/follow', ['0.4'])).toContain('event: position\nid: 0.4\ndata: {}\n\n');
});

it('refuses before it streams, and ends a stream whose credential counts no longer', async () => {
  const headers = { authorization: 'Bearer live-key' };
  answers.push(refused('invalid', 'after is none', 'after'));
  const wrong = await gateway.ask('/v1/events/follow?after=x', { headers });
  expect([wrong.status, await wrong.json()]).toMatchObject([400, { errors: [{ path: 'after' }] }]);
  expect((await gateway.ask('/v1/changes?since=1', { headers })).status).toBe(400);
  for (const path of ['/v1/events/follow', '/v1/deliveries/follow', '/v1/changes']) {
    expect((await gateway.ask(path, { headers: { authorization: 'Bearer test-key' } })).status).toBe(401);
  }
  answers.push(accepted({ events: [], cursor: '0.0' }), refused('unauthenticated', 'revoked'));
  const response = await gateway.ask('/v1/events/follow', { headers });
  expect(await response.text()).toContain('id: 0.0');
});

it('tells changes once, by one question for all who look at an account, and none when nobody does', async () => {
  changes = { webhooks: [{ id: 'old', version: '1' }], jobs: [] };
  const startedMs = performance.now();
  const reading = [1, 2, 3].map(() => read('/v1/changes', ['event: changed']));
  await expect.poll(() => polls, { timeout: 5_000 }).toBeGreaterThan(0);
  changes = {
    webhooks: [
      { id: 'old', version: '1' },
      { id: 'w', version: '2' },
    ],
    jobs: [{ id: 'job_1', version: 'a' }],
  };
  for (const text of await Promise.all(reading)) {
    expect(text).toContain('event: changed\ndata: {"webhooks":["w"],"jobs":["job_1"]}\n\n');
  }
  // One a second, however long it took; each of the three on its own would have asked three times as often.
  expect(polls).toBeLessThanOrEqual(2 + (performance.now() - startedMs) / 1_000);
  await expect
    .poll(
      async () => {
        const before = polls;
        await new Promise((resolve) => setTimeout(resolve, 1_500));
        return polls - before;
      },
      { timeout: 15_000 },
    )
    .toBe(0);
});

it('asks for no more than its reader takes', async () => {
  const most = 200;
  const data = Buffer.alloc(1024 * 1024, 'x').toString('base64');
  gateway.dispatcher.follow = async (question) => {
    asked.push(question);
    if (asked.length > most) await new Promise((resolve) => setTimeout(resolve, 1_000));
    return accepted({ events: [{ ...event('1'), data }], cursor: `0.${asked.length}` });
  };
  const reader = connect(gateway.port, '127.0.0.1');
  reader.write('GET /v1/events/follow HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer live-key\r\n\r\n');
  let before = -1;
  const isStill = () => {
    const [last, now] = [before, asked.length];
    before = now;
    return now > 0 && now === last;
  };
  await expect.poll(isStill, { interval: 200, timeout: 20_000 }).toBe(true);
  expect(asked.length).toBeLessThan(most);
  reader.destroy();
}, 30_000);

it('tells nothing more to who looks with a key that counts no longer, though others look on', async () => {
  gateway.registry.add('gone-key', { keyId: 'gone' });
  const staying = read('/v1/changes', ['event: changed']);
  const going = await gateway.ask('/v1/changes', { headers: { authorization: 'Bearer gone-key' } });
  await expect.poll(() => polls, { timeout: 5_000 }).toBeGreaterThan(1);
  gateway.registry.principals.delete('gone-key');
  gateway.clock.advance(5_001);
  changes = { webhooks: [{ id: 'w', version: '1' }], jobs: [] };
  expect(await staying).toContain('"w"');
  expect(await going.text()).not.toContain('event: changed');
}, 15_000);

it('lets an account have 20 streams at once, and ends them with the gateway', async () => {
  const headers = { authorization: 'Bearer live-key' };
  const open = await Promise.all(Array.from({ length: 20 }, () => gateway.ask('/v1/changes', { headers })));
  expect(open.map(({ status }) => status)).toEqual(Array(20).fill(200));
  const refusedOne = await gateway.ask('/v1/events/follow', { headers });
  expect([refusedOne.status, refusedOne.headers.get('retry-after')]).toEqual([429, '10']);
  const others = await gateway.ask('/v1/changes', { headers: { authorization: 'Bearer other-key' } });
  expect(others.status).toBe(200);
  const texts = Promise.all([...open, others].map((response) => response.text()));
  await gateway.stop();
  expect(await texts).toHaveLength(21);
  gateway = await gatewayUnderTest();
});

it('holds no place for who left before the stream began', async () => {
  let left = 0;
  const other = await gatewayUnderTest({}, (fastify) =>
    fastify.addHook('onRequest', async (_, reply) => {
      reply.raw.on('close', () => (left += 1));
    }),
  );
  let begin = () => {};
  const begun = new Promise<void>((resolve) => (begin = resolve));
  other.dispatcher.follow = async (question) => {
    asked.push(question);
    await begun;
    return accepted({ events: [], cursor: '0.0' });
  };
  const headers = { authorization: 'Bearer live-key' };
  const leaving = new AbortController();
  const ask = () => other.ask('/v1/events/follow', { headers, signal: leaving.signal }).catch(() => null);
  const answered = Promise.all(Array.from({ length: 20 }, ask));
  await expect.poll(() => asked.length).toBe(20);
  leaving.abort();
  expect(await answered).toEqual(Array(20).fill(null));
  await expect.poll(() => left).toBe(20);
  begin();
  const places = await Promise.all(Array.from({ length: 20 }, () => other.ask('/v1/changes', { headers })));
  expect(places.map(({ status }) => status)).toEqual(Array(20).fill(200));
  await other.stop();
});
