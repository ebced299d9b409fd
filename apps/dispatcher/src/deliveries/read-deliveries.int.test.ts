import { afterEach, beforeEach, expect, test } from 'vitest';
import { anAttempt, Storage } from '../testing/storage.js';
import { StoredLanes } from '../testing/stored-lanes.js';
import { type DeliveryQuestion, readWebhookPage } from './read-deliveries.js';
import { readDelivery } from './read-delivery.js';

let storage: Storage;
let lanes: StoredLanes;
beforeEach(async () => {
  storage = await Storage.open();
  lanes = await StoredLanes.open(storage);
});
afterEach(() => storage.close());

const [accountId, webhookId] = ['account-1', 'webhook-1'];

test('deliveries that wait behind others in a lane are shown, and listed page by page; nobody knows when they are due', async () => {
  const [a1] = lanes.park('a', 1n, 2n, 3n, 4n);
  await lanes.recorder.flushed();
  lanes.recorder.settle(await lanes.lease(a1!, 'mine'), anAttempt(), { state: 'delivered' });
  await lanes.recorder.flushed();
  expect(await lanes.rows()).toEqual(['a2 due', 'a3 waits', 'a4 waits']);

  expect(await readDelivery(storage.pool, accountId, 'a4')).toMatchObject({
    ...{ id: 'a4', state: 'pending', nextAttemptAt: null, endedAt: null, attempts: [] },
  });
  expect(await readDelivery(storage.pool, accountId, 'a2')).toMatchObject({ nextAttemptAt: expect.any(String) });

  const listed: string[] = [];
  let before: DeliveryQuestion['before'];
  do {
    const page = await readWebhookPage(storage.pool, webhookId, { accountId, limit: 1, before });
    listed.push(...page.deliveries.map(({ id }) => id));
    before = page.next ?? undefined;
  } while (before !== undefined && listed.length < 10);
  expect(listed.slice(0, 2)).toEqual(['a4', 'a3']);
  expect(listed.toSorted()).toEqual(['a1', 'a2', 'a3', 'a4']);
});
