import { expect, it } from 'vitest';
import { copiedId, maybeDelivery, maybeWebhook } from './look-up.js';

it.each([
  [' order-1 ', 'order-1'],
  ['webhook-id: msg_a-B_1', 'msg_a-B_1'],
  ['Webhook-Id:"msg_a-B_1",', 'msg_a-B_1'],
  ['ce-id: order-1', 'order-1'],
  ['urn:order:1', 'urn:order:1'],
])('takes %j, as it is copied out of a log, for the id %j', (typed, id) => expect(copiedId(typed)).toBe(id));

it.each([
  ['msg_wvDc4tpI2w0wg09LFkQmTqHC23qt2lJX', true, false],
  ['01M8P44ZR9XYABN4AYQ6VHBMMF', false, true],
  ['ach01234567890123', false, true],
  ['order-1', false, false],
])('knows by the looks of %j what it may be', (id, delivery, webhook) =>
  expect([maybeDelivery(id), maybeWebhook(id)]).toEqual([delivery, webhook]),
);
