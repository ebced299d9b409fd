import { setTimeout as sleep } from 'node:timers/promises';
import { type KafkaBroker, startKafkaBroker } from '@sluice/testing/kafka/broker';
import { describeOwnKafka } from '@sluice/testing/kafka/describe-kafka';
import { createDatabase, type TestDatabase } from '@sluice/testing/postgres';
import { type Receiver, startReceiver } from '@sluice/testing/receiver';
import { ServiceStack } from '@sluice/testing/stack/service-stack';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { deliveriesFlow, expectEverything, watchTwo } from './src/expect-everything.js';
import { Load } from './src/load.js';
import { seededRandom } from './src/random.js';

/** Promises 1 and 2 on Kafka, every service in a process of its own. */
const KILLS = 8;
const MAX_UNRECORDED = 1_024;

describeOwnKafka('services on Kafka', () => {
  let broker: KafkaBroker;
  let database: TestDatabase;
  let stack: ServiceStack;
  let healthy: Receiver;
  let hanging: Receiver;

  beforeAll(async () => {
    [broker, database, healthy, hanging] = await Promise.all([
      startKafkaBroker(),
      createDatabase(),
      startReceiver(),
      startReceiver(),
    ]);
    hanging.answer(() => 'hang');
    stack = await ServiceStack.start({ databaseUrl: database.url, brokers: broker.brokers, dispatchers: 2 });
  });

  afterAll(async () => {
    await stack?.stop();
    await Promise.all([healthy.close(), hanging.close(), database.close()]);
    await broker.stop();
  });

  it('loses nothing over kill -9 of each service at random moments', async () => {
    const random = seededRandom('kill-services');
    await stack.client.subscribe(hanging.url('/hang'), 'follow.created');
    const watched = await watchTwo(stack.client, healthy);
    const load = new Load(() => stack.client, { batch: 40, pauseMs: 20 });
    const names = stack.names;
    for (let kill = 0; kill < KILLS; kill++) {
      // Each of them at least once, in an order that chance gives.
      const name = kill < names.length ? (names[kill] as string) : random.pick(names);
      await deliveriesFlow(healthy);
      await sleep(random.between(0, 1_500));
      await stack.end(name, 'SIGKILL');
      await stack.launch(name);
    }
    await load.stop();
    const duplicates = await expectEverything(healthy, watched, load.acknowledged);
    expect(load.acknowledged.size).toBeGreaterThan(500);
    expect(duplicates).toBeLessThanOrEqual(KILLS * MAX_UNRECORDED);
  });

  it('goes on by itself after the broker was killed and came back', async () => {
    const { signing_secret: secret } = await stack.client.subscribe(healthy.url('/outage'), 'follow.created');
    const load = new Load(() => stack.client, { batch: 20, pauseMs: 20, from: 1_000_000 });
    await load.acknowledges(100);
    await broker.kill();
    await sleep(2_000);
    await broker.start();
    await load.acknowledges(500);
    await load.stop();
    await expectEverything(healthy, [{ path: '/outage', secret, wants: () => true }], load.acknowledged);
  });
});
