import { setTimeout as sleep } from 'node:timers/promises';
import { type Receiver, startReceiver } from '@sluice/testing/receiver';
import { eventually } from '@sluice/testing/stack/built-process';
import { follow } from '@sluice/testing/stack/follow-events';
import type { Subscription } from '@sluice/testing/stack/sluice-client';
import { Standalone } from '@sluice/testing/stack/standalone';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { arrivedEvents, reconcile } from './src/ledger.js';
import { Load } from './src/load.js';
import { seededRandom } from './src/random.js';

/** Promise 1 and 2: nothing acknowledged is lost, and a kill sends at most MAX_UNRECORDED deliveries again. */
const KILLS = 5;
const MAX_UNRECORDED = 1_024;
const SUBJECTS = 64;

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
  const { client } = sluice;
  await client.subscribe(hanging.url('/hang'), 'follow.created');
  const all = await client.subscribe(healthy.url('/all'), 'follow.created');
  const some = await client.subscribe(
    healthy.url('/some'),
    'follow.created',
    { followerProfileId: { $regex: '7$' } },
    follow(7).data,
  );
  const load = new Load(() => sluice.client, {
    batch: 40,
    pauseMs: 20,
    subject: (number) => `subject-${number % SUBJECTS}`,
  });
  for (let kill = 0; kill < KILLS; kill++) {
    await sleep(random.between(300, 2_500));
    await sluice.process.end('SIGKILL');
    await sluice.launch();
  }
  await load.stop();

  const expected: [string, Subscription, Set<number>][] = [
    ['/all', all, load.acknowledged],
    ['/some', some, new Set([...load.acknowledged].filter((number) => String(number).endsWith('7')))],
  ];
  for (const [path, , numbers] of expected) {
    await eventually(
      `${numbers.size} events at ${path}`,
      async () => {
        const arrived = arrivedEvents(healthy, path);
        return [...numbers].every((number) => arrived.has(number));
      },
      120_000,
    ).catch(() => {});
  }
  let duplicates = 0;
  for (const [path, { signing_secret }, numbers] of expected) {
    const result = reconcile(healthy, path, signing_secret, numbers);
    console.log(`${path}: ${numbers.size} acknowledged, ${result.lost.length} lost, ${result.duplicates} duplicates`);
    expect(result).toMatchObject({ lost: [], unasked: [], unrecognisable: 0, badSignatures: [] });
    duplicates += result.duplicates;
  }
  expect(load.acknowledged.size).toBeGreaterThan(500);
  expect(duplicates).toBeLessThanOrEqual(KILLS * MAX_UNRECORDED);
});
