import { setTimeout as sleep } from 'node:timers/promises';
import { type Receiver, startReceiver } from '@sluice/testing/receiver';
import { Standalone } from '@sluice/testing/stack/standalone';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { deliveriesFlow, expectEverything, watchTwo } from './src/expect-everything.js';
import { Load } from './src/load.js';
import { seededRandom } from './src/random.js';

/** Promises 1 and 2: nothing acknowledged is lost, and a kill sends at most MAX_UNRECORDED deliveries again. */
const KILLS = 5;
const MAX_UNRECORDED = 1_024;

let sluice: Standalone;
let healthy: Receiver;
let hanging: Receiver;

beforeAll(async () => {
  [sluice, healthy, hanging] = await Promise.all([Standalone.start(), startReceiver(), startReceiver()]);
  hanging.answer(() => 'hang');
});

afterAll(async () => {
  await sluice.remove();
  await Promise.all([healthy.close(), hanging.close()]);
});

it('loses nothing over kill -9 at random moments, with an endpoint hanging at the head of every partition', async () => {
  const random = seededRandom('kill-standalone');
  await sluice.client.subscribe(hanging.url('/hang'), 'follow.created');
  const watched = await watchTwo(sluice.client, healthy);
  const load = new Load(() => sluice.client, { batch: 40, pauseMs: 20 });
  for (let kill = 0; kill < KILLS; kill++) {
    await deliveriesFlow(healthy);
    await sleep(random.between(0, 1_500));
    await sluice.process.end('SIGKILL');
    await sluice.launch();
  }
  await load.stop();
  const duplicates = await expectEverything(healthy, watched, load.acknowledged);
  expect(load.acknowledged.size).toBeGreaterThan(500);
  expect(duplicates).toBeLessThanOrEqual(KILLS * MAX_UNRECORDED);
});
