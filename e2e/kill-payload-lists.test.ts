import { setTimeout as sleep } from 'node:timers/promises';
import { type KafkaBroker, startKafkaBroker } from '@sluice/testing/kafka/broker';
import { describeOwnKafka } from '@sluice/testing/kafka/describe-kafka';
import { createDatabase, type TestDatabase } from '@sluice/testing/postgres';
import { type Receiver, startReceiver } from '@sluice/testing/receiver';
import { ServiceStack } from '@sluice/testing/stack/service-stack';
import { Standalone } from '@sluice/testing/stack/standalone';
import { cellChanged } from '@sluice/testing/stack/table-changes';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Load } from './src/load.js';
import { baseOf, expectLists, expectPings, type WatchedBase, watchBase } from './src/payload-lists.js';
import { killsOr, seededRandom } from './src/random.js';

/** Promise 5: payload lists are in commit order, without gap or repeat, whatever is killed while they grow. */
const BASES = 4;
const KILLS = killsOr(5);
/** Between two of them its partitions find a new owner, which takes a while on Kafka. */
const LIMIT_MS = 100_000 + KILLS * 60_000;

let healthy: Receiver;
let hanging: Receiver;

beforeAll(async () => {
  [healthy, hanging] = await Promise.all([startReceiver(), startReceiver()]);
  hanging.answer(() => 'hang');
});

afterAll(async () => {
  await Promise.all([healthy.close(), hanging.close()]);
});

const watchBases = async (baseUrl: string, keys: { apiKey: string; adminKey: string }): Promise<WatchedBase[]> => {
  const bases: WatchedBase[] = [];
  for (let number = 0; number < BASES; number++) {
    bases.push(await watchBase(baseUrl, keys, number, { healthy, hanging }));
  }
  return bases;
};

const eventOf = (bases: readonly WatchedBase[]) => (number: number) => cellChanged(number, baseOf(bases, number).cell);

describe('standalone', () => {
  let sluice: Standalone;

  beforeAll(async () => {
    sluice = await Standalone.start();
  });

  afterAll(() => sluice.remove());

  it(
    'keeps its lists over kill -9 at random moments',
    async () => {
      const random = seededRandom('kill-payload-lists');
      const bases = await watchBases(sluice.baseUrl, sluice.credentials);
      const load = new Load(() => sluice.client, { batch: 10, pauseMs: 20, event: eventOf(bases) });
      for (let kill = 0; kill < KILLS; kill++) {
        await load.acknowledges(100);
        await sleep(random.between(0, 800));
        await sluice.process.end('SIGKILL');
        await sluice.launch();
      }
      await load.stop();
      expect(load.acknowledged.size).toBeGreaterThan(500);
      await expectLists(bases, load);
      await expectPings(bases, healthy, sluice.client);
    },
    LIMIT_MS,
  );
});

describeOwnKafka('services on Kafka', () => {
  let broker: KafkaBroker;
  let database: TestDatabase;
  let stack: ServiceStack;

  beforeAll(async () => {
    [broker, database] = await Promise.all([startKafkaBroker(), createDatabase()]);
    stack = await ServiceStack.start({ databaseUrl: database.url, brokers: broker.brokers, dispatchers: 2 });
  });

  afterAll(async () => {
    await stack?.stop();
    await database.close();
    await broker.stop();
  });

  it(
    'keeps its lists over kill -9 of dispatchers, which take each other’s partitions, and of the registry',
    async () => {
      const random = seededRandom('kill-payload-lists-kafka');
      const { apiKey, baseUrl } = stack.client;
      const bases = await watchBases(baseUrl, { apiKey, adminKey: stack.adminKey });
      const load = new Load(() => stack.client, { batch: 10, pauseMs: 20, event: eventOf(bases) });
      for (let kill = 0; kill < KILLS; kill++) {
        const name = kill === KILLS - 1 ? 'registry' : random.pick(['dispatcher-0', 'dispatcher-1']);
        await load.acknowledges(100);
        await sleep(random.between(0, 800));
        await stack.end(name, 'SIGKILL');
        await stack.launch(name);
      }
      await load.stop();
      expect(load.acknowledged.size).toBeGreaterThan(500);
      await expectLists(bases, load);
      await expectPings(bases, healthy, stack.client);
    },
    LIMIT_MS,
  );
});
