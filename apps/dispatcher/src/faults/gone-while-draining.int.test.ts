import { EventEmitter, once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Registry } from '@sluice/contracts/registry-commands';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DispatcherUnderTest } from '../testing/dispatcher-under-test.js';

/** A drain that waits for nothing is over by then; on a machine where it is not, the test proves less and does not fail. */
const TIME_TO_END_MS = 500;

let sluice: DispatcherUnderTest;
beforeAll(async () => {
  sluice = await DispatcherUnderTest.create();
});
afterAll(() => sluice.close());

test('a 410 that comes while the dispatcher ends is recorded as what it was, although the registry answers late', async () => {
  const registry = new EventEmitter();
  const disableWebhook: Registry['disableWebhook'] = async (command) => {
    registry.emit('asked');
    await once(registry, 'answers');
    return sluice.feed.disableWebhook(command);
  };
  const running = await sluice.start({}, { registry: { ...sluice.feed, disableWebhook } });
  sluice.webhook({ eventType: 'gone' });
  sluice.receiver.answer(() => ({ status: 410 }));
  const asked = once(registry, 'asked');
  await sluice.publish({ type: 'gone' });
  await asked;

  let isOver = false;
  const stopped = sluice.stop(running).then(() => {
    isOver = true;
  });
  await sleep(TIME_TO_END_MS);
  expect(isOver).toBe(false);
  registry.emit('answers');
  await stopped;
  expect(await sluice.rows('select state, reason from dispatch.delivery')).toEqual([
    { state: 'exhausted', reason: 'gone: the endpoint answered 410' },
  ]);
  expect(await sluice.rows('select status from dispatch.attempt')).toEqual([{ status: 410 }]);
});
