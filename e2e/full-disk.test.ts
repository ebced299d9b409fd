import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type KafkaBroker, startKafkaBroker } from '@sluice/testing/kafka/broker';
import { describeOwnKafka } from '@sluice/testing/kafka/describe-kafka';
import { Ledger } from '@sluice/testing/ledger';
import { OwnPostgres } from '@sluice/testing/own-postgres';
import { SmallDisk } from '@sluice/testing/small-disk';
import { eventually } from '@sluice/testing/stack/built-process';
import { SOURCE } from '@sluice/testing/stack/follow-events';
import { ServiceStack } from '@sluice/testing/stack/service-stack';
import { Standalone } from '@sluice/testing/stack/standalone';
import { useUpLog } from '@sluice/testing/use-up-log';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { FaultRun } from './src/fault-run.js';

/**
 * Promises 1 and 2 while PostgreSQL has no room to write: nothing is acknowledged that was not kept, and all goes on when there
 * is room again. PostgreSQL itself shuts down when its log can't grow: standalone starts its own again, elsewhere an operator does.
 */
const MEGABYTES = 1_000;
const FULL_MS = 3_000;
const LIMIT_MS = 300_000;

let disk: SmallDisk;
let ledger: Ledger;

beforeAll(async () => {
  disk = SmallDisk.mount(MEGABYTES);
  ledger = await Ledger.start(SOURCE);
});

afterAll(async () => {
  await ledger?.close();
  disk?.unmount();
});

/** Fills the disk: first PostgreSQL refuses to write, then it shuts down. */
async function full(ready: () => Promise<boolean>, databaseUrl: string): Promise<void> {
  await eventually('not ready for want of room', async () => {
    disk.fill();
    return !(await ready());
  });
  await useUpLog(databaseUrl);
  await sleep(FULL_MS);
  disk.clear();
}

describe('everything in one process', () => {
  let sluice: Standalone;

  beforeAll(async () => {
    sluice = await Standalone.start({}, join(disk.folder, 'standalone'));
  });

  afterAll(() => sluice?.remove());

  it(
    'acknowledges nothing in vain on a full disk, and goes on by itself',
    async () => {
      const run = await FaultRun.begin('full disk, standalone', sluice.client, ledger);
      await run.flows();
      await full(() => sluice.ready(), sluice.databaseUrl);
      await run.load.acknowledges(200);
      await run.flows();
      await run.close({ duplicates: 0 });
    },
    LIMIT_MS,
  );
});

describeOwnKafka('services on Kafka', () => {
  let broker: KafkaBroker;
  let postgres: OwnPostgres;
  let stack: ServiceStack;

  beforeAll(async () => {
    [broker, postgres] = await Promise.all([startKafkaBroker(), OwnPostgres.start(join(disk.folder, 'postgres'))]);
    stack = await ServiceStack.start({ databaseUrl: postgres.url, brokers: broker.brokers, dispatchers: 1 });
  });

  afterAll(async () => {
    await stack?.stop();
    await postgres?.close();
    await broker?.stop();
  });

  it(
    'go on by themselves once PostgreSQL, whose disk was full, is started again',
    async () => {
      const run = await FaultRun.begin('full disk, services', stack.client, ledger, () => stack.says());
      await run.flows();
      await full(() => stack.ready('dispatcher-0'), postgres.url);
      await postgres.start();
      await run.load.acknowledges(200);
      await run.flows();
      await run.close({ duplicates: 0 });
    },
    LIMIT_MS,
  );
});
