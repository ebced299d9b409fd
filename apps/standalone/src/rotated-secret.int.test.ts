import { ShiftedClock } from '@sluice/service-kit/clock';
import { verify } from '@sluice/signatures/verify';
import { type Arrival, type Receiver, startReceiver } from '@sluice/testing/receiver';
import { SluiceClient } from '@sluice/testing/stack/sluice-client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ServicesTogether, servicesTogether } from './testing/services-together.js';

const TYPE = 'secret.used';
const HOUR_SECONDS = 3_600;

const clock = new ShiftedClock();
let services: ServicesTogether;
let receiver: Receiver;
let client: SluiceClient;

beforeAll(async () => {
  [services, receiver] = await Promise.all([servicesTogether(clock), startReceiver()]);
  client = new SluiceClient(services.baseUrl, services.apiKey);
  const admin = new SluiceClient(services.baseUrl, services.operatorKey);
  expect((await admin.request('PUT', `/v1/event-types/${TYPE}`, '{}')).status).toBe(200);
});
afterAll(async () => {
  await services.close();
  await receiver.close();
});

/** How many signatures the delivery of a new event carries, and under which of the secrets it is valid. */
async function signedBy(id: string, secrets: Readonly<Record<string, string>>) {
  expect((await client.publish({ id, source: '/secrets', type: TYPE, data: { id } })).status).toBe(202);
  const [{ headers, body }] = (await receiver.waitFor(1, (arrival) => arrival.headers['ce-id'] === id)) as [Arrival];
  const nowSeconds = clock.nowMs() / 1_000;
  const valid = (secret: string) => verify({ headers, body, secrets: [secret], nowSeconds }).ok;
  return {
    signatures: String(headers['webhook-signature']).split(' ').length,
    valid: Object.entries(secrets).flatMap(([name, secret]) => (valid(secret) ? [name] : [])),
  };
}

test('a delivery is signed with both secrets while the one before is valid, and with the new one alone afterwards', async () => {
  const wanted = { endpoint: receiver.url('/'), event_type: TYPE };
  const { body: made } = await client.request('POST', '/v1/webhooks', JSON.stringify(wanted));
  const first = made.signing_secret as string;
  expect(await signedBy('before', { first })).toEqual({ signatures: 1, valid: ['first'] });

  const rotate = (seconds: number) =>
    client.request(
      'POST',
      `/v1/webhooks/${made.webhook_id}/secret/rotate`,
      JSON.stringify({ keep_previous_seconds: seconds }),
    );
  const rotated = await rotate(HOUR_SECONDS);
  expect(rotated.status).toBe(200);
  const second = rotated.body.signing_secret as string;
  expect(await signedBy('while-both', { first, second })).toEqual({ signatures: 2, valid: ['first', 'second'] });

  clock.advance((HOUR_SECONDS + 1) * 1_000);
  expect(await signedBy('after', { first, second })).toEqual({ signatures: 1, valid: ['second'] });

  const { body: last } = await rotate(0);
  expect(last.previous_expires_at).toBeNull();
  const third = last.signing_secret as string;
  expect(await signedBy('at-once', { first, second, third })).toEqual({ signatures: 1, valid: ['third'] });
});
