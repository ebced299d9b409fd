import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { DispatcherUnderTest } from '../testing/dispatcher-under-test.js';

let sluice: DispatcherUnderTest;

beforeAll(async () => {
  sluice = await DispatcherUnderTest.create();
  await sluice.start();
});
afterAll(() => sluice.close());

const commands = () => sluice.service.commands;
const send = (webhookId: string, credential = 'account-1') =>
  commands().sendTest({ credential, webhookId, data: '{ "n": 1e400 }' });

test('a test event is delivered to the one webhook, signed and recorded, whatever its filter, and can be sent again', async () => {
  const { id, secrets } = sluice.webhook({ eventType: 'tested', filter: '{"n":1}' });
  sluice.webhook({ id: 'beside', eventType: 'tested' });
  const sent = await send(id);
  if (!sent.ok) throw new Error(sent.refusal.message);
  const { deliveryId, event } = sent.value;
  const [arrived] = await sluice.receiver.waitFor(1, ({ path }) => path === `/${id}`);
  expect(arrived!.body.toString()).toBe('{ "n": 1e400 }');
  expect(arrived!.headers).toMatchObject({
    ...{ 'webhook-id': deliveryId, 'ce-source': '/sluice/test', 'ce-id': event.id, 'ce-type': 'tested' },
    'webhook-signature': expect.stringMatching(/^v1,/),
  });
  expect(secrets).toHaveLength(1);
  const credential = 'account-1';
  const shown = () => commands().getDelivery({ credential, deliveryId });
  await vi.waitFor(
    async () =>
      expect(await shown()).toMatchObject({ value: { state: 'delivered', event, attempts: [{ number: 1 }] } }),
    10_000,
  );
  expect(await commands().eventTrails({ credential, id: event.id })).toMatchObject({
    value: { events: [{ matched: 1, deliveries: [{ id: deliveryId, state: 'delivered' }] }] },
  });
  await commands().createJob({ credential, request: { kind: 'resend', deliveryId } });
  await sluice.receiver.waitFor(2, ({ path }) => path === `/${id}`);
  expect(sluice.receiver.arrivals.filter(({ path }) => path === '/beside')).toEqual([]);
  // Its body is gone some day, and the stream never had it.
  await sluice.rows('delete from dispatch.event_body where partition = -2');
  await vi.waitFor(
    async () => expect(await shown()).toMatchObject({ value: { state: 'delivered', request: null } }),
    10_000,
  );
});

test('it is refused for a webhook that is not there, of another account, paused or disabled', async () => {
  const { id } = sluice.webhook();
  expect(await send('none')).toMatchObject({ refusal: { code: 'not_found' } });
  expect(await send(id, 'account-2')).toMatchObject({ refusal: { code: 'not_found' } });
  await sluice.feed.update(id, { state: 'paused' });
  expect(await send(id)).toMatchObject({ refusal: { code: 'conflict' } });
  await sluice.feed.update(id, { state: 'disabled' });
  expect(await send(id)).toMatchObject({ refusal: { code: 'conflict' } });
});
