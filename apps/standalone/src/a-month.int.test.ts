import { ShiftedClock } from '@sluice/service-kit/clock';
import { type Receiver, startReceiver } from '@sluice/testing/receiver';
import { AirtableClient } from '@sluice/testing/stack/airtable-client';
import { eventually } from '@sluice/testing/stack/built-process';
import { SluiceClient } from '@sluice/testing/stack/sluice-client';
import { cellChanged, numberOfChange } from '@sluice/testing/stack/table-changes';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ServicesTogether, servicesTogether } from './testing/services-together.js';

const DAY_MS = 86_400_000;
const DAYS = 30;
const OPTIONS = { filters: { dataTypes: ['tableData'] } };
/** A ping and its 13 retries. */
const TRIES = 14;

const clock = new ShiftedClock();
let services: ServicesTogether;
let receiver: Receiver;

beforeAll(async () => {
  [services, receiver] = await Promise.all([servicesTogether(clock), startReceiver()]);
  receiver.answer(({ path }) => ({ status: path === '/failing' ? 500 : 204 }));
});

afterAll(async () => {
  await services.close();
  await receiver.close();
});

const clientOf = (token: string) => new AirtableClient(services.baseUrl, services.developmentBase.baseId, token);
const listed = async (webhookId: string) => {
  const { body } = await clientOf(services.developmentBase.personalAccessToken).request('GET');
  return body.webhooks.find(({ id }: { id: string }) => id === webhookId);
};
const arrivals = (path: string) => receiver.arrivals.filter((arrival) => arrival.path === path).length;

test('a month passes: a webhook that is read lives on, one that is not expires, a legacy one stays, and nobody misses a change', async () => {
  const { personalAccessToken, userApiKey, baseId, tableId, fieldIds } = services.developmentBase;
  const client = clientOf(personalAccessToken);
  const publisher = new SluiceClient(services.baseUrl, services.apiKey);
  const diligent = await client.create(OPTIONS, receiver.url('/diligent'));
  const forgotten = await client.create(OPTIONS, receiver.url('/forgotten'));
  const legacy = await clientOf(userApiKey).create(OPTIONS, receiver.url('/failing'));
  expect(await listed(legacy.id)).toMatchObject({ expirationTime: null, isHookEnabled: true });

  const read: number[] = [];
  let cursor = 1;
  for (let day = 1; day <= DAYS; day++) {
    const pinged = arrivals('/diligent');
    const change = cellChanged(day, { baseId, tableId, fieldId: fieldIds[0]! });
    expect((await publisher.publish(change)).status).toBe(202);
    await receiver.waitFor(pinged + 1, ({ path }) => path === '/diligent');
    // One try a day, since each wait between two is shorter: on the day after the last, none is left.
    const tried = Math.min(day, TRIES) - 1;
    await eventually(
      `retry ${tried}`,
      async () => (await listed(legacy.id)).lastNotificationResult?.retryNumber === tried,
    );
    if (day % 3 === 0) {
      const page = await client.payloads(diligent.id, cursor);
      read.push(...page.payloads.map(numberOfChange));
      cursor = page.cursor;
    }
    if (day === 9) {
      const { payloads } = await client.payloads(forgotten.id);
      expect(payloads.map(numberOfChange)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    }
    clock.advance(DAY_MS);
    if (day === 7) {
      await eventually('the expiry', async () => (await listed(forgotten.id)).isHookEnabled === false);
      expect((await client.request('POST', `/${forgotten.id}/refresh`)).status).toBe(404);
    }
    if (day === 14) {
      await eventually('the end', async () => (await listed(forgotten.id)) === undefined);
      expect((await client.request('GET', `/${forgotten.id}/payloads`)).status).toBe(404);
    }
  }

  expect(read).toEqual(Array.from({ length: DAYS }, (_, index) => index + 1));
  expect(arrivals('/forgotten')).toBe(7);
  expect(arrivals('/failing')).toBe(TRIES);
  expect(await listed(legacy.id)).toMatchObject({
    areNotificationsEnabled: false,
    isHookEnabled: true,
    expirationTime: null,
    cursorForNextPayload: DAYS + 1,
    lastNotificationResult: { success: false, retryNumber: TRIES - 1, willBeRetried: false },
  });
  expect(await listed(diligent.id)).toMatchObject({
    isHookEnabled: true,
    lastNotificationResult: { success: true, retryNumber: 0 },
  });
}, 180_000);
