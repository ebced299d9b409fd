import { afterAll, beforeAll, expect, it } from 'vitest';
import { type GatewayUnderTest, gatewayUnderTest } from '../../testing/gateway-under-test.js';

let gateway: GatewayUnderTest;
beforeAll(async () => {
  gateway = await gatewayUnderTest();
  gateway.registry.add('live-key', { keyId: 'key-live' });
});
afterAll(() => gateway.stop());

async function post(path: string, body?: object) {
  const headers = { authorization: 'live-key', 'content-type': 'application/json' };
  const sent = body === undefined ? {} : { body: JSON.stringify(body) };
  const response = await gateway.ask(path, { method: 'POST', headers, ...sent });
  return { status: response.status, body: (await response.json()) as Record<string, string> };
}
const webhook = { endpoint: 'https://example.org/', event_type: 'follow.created' };

it('who had something sent by hand is on the audit trail, with what and from where', async () => {
  const { webhook_id: id } = (await post('/v1/webhooks', webhook)).body;
  await post(`/v1/webhooks/${id}/test`, { data: 1 });
  const job = (await post('/v1/jobs', { kind: 'resend', webhook_ids: [id], since: '2026-06-01T00:00:00Z' })).body;
  await post(`/v1/jobs/${job.id}/cancel`);
  const resent = (await post('/v1/deliveries/msg_a/resend')).body;
  await post('/v1/webhooks', { ...webhook, start_from: 'earliest' });
  expect(gateway.registry.acts).toEqual([
    ['key-live', 'webhook.tested', id, '127.0.0.1'],
    ['key-live', 'job.created', job.id, '127.0.0.1'],
    ['key-live', 'job.cancelled', job.id, '127.0.0.1'],
    ['key-live', 'job.created', resent.id, '127.0.0.1'],
    ['key-live', 'job.created', expect.stringMatching(/^job_/), '127.0.0.1'],
  ]);
  expect((await post('/v1/jobs/job_none/cancel')).status).toBe(404);
  expect(gateway.registry.acts).toHaveLength(5);
});

it('a job that was cancelled before is on it once', async () => {
  const { webhook_id: id } = (await post('/v1/webhooks', webhook)).body;
  const job = (await post('/v1/jobs', { kind: 'resend', webhook_ids: [id], since: '2026-06-01T00:00:00Z' })).body;
  for (const _ of [1, 2]) expect((await post(`/v1/jobs/${job.id}/cancel`)).status).toBe(200);
  const cancelled = gateway.registry.acts.filter(
    ([, action, subject]) => action === 'job.cancelled' && subject === job.id,
  );
  expect(cancelled).toHaveLength(1);
});

it('who put dead letters back or dropped them is on it: one by its id, many at once by their number', async () => {
  const [one, two] = [`dlt_${'0'.repeat(32)}`, `dlt_${'1'.repeat(32)}`];
  gateway.registry.acts.length = 0;
  await post(`/v1/dead-letters/${one}/put-back`);
  await gateway.ask(`/v1/dead-letters/${two}`, { method: 'DELETE', headers: { authorization: 'live-key' } });
  await post('/v1/dead-letters/put-back', { ids: [one, two] });
  await post('/v1/dead-letters/drop', { ids: [two] });
  const acts = [
    ['key-live', 'dead_letter.put_back', one, '127.0.0.1'],
    ['key-live', 'dead_letter.dropped', two, '127.0.0.1'],
    ['key-live', 'dead_letter.put_back', '2 dead letters', '127.0.0.1'],
    ['key-live', 'dead_letter.dropped', two, '127.0.0.1'],
  ];
  expect(gateway.registry.acts).toEqual(acts);
  await post('/v1/dead-letters/drop', { filter: {} });
  gateway.deadLetters.failure = { id: one, code: 'not_found', reason: 'gone' };
  await post(`/v1/dead-letters/${one}/put-back`);
  expect(gateway.registry.acts).toEqual(acts);
});

it('what was done is answered as done when the trail is away, and stands in the log', async () => {
  gateway.registry.before = async (command) => {
    if (command === 'recordAct') throw new Error('away');
  };
  const { status, body } = await post('/v1/deliveries/msg_b/resend');
  expect(status).toBe(202);
  const line = { msg: 'audit.not_recorded', keyId: 'key-live', action: 'job.created', subject: body.id };
  expect(gateway.lines.find(({ msg }) => msg === line.msg)).toMatchObject(line);
});
