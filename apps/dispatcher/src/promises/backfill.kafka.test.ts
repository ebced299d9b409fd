import { openKafkaStream } from '@sluice/event-stream/kafka/kafka-stream';
import { type KafkaBroker, startKafkaBroker } from '@sluice/testing/kafka/broker';
import { describeOwnKafka } from '@sluice/testing/kafka/describe-kafka';
import { afterAll, beforeAll, test } from 'vitest';
import { backfillCase } from '../testing/backfill-case.js';
import { DispatcherUnderTest } from '../testing/dispatcher-under-test.js';

describeOwnKafka('on Kafka', () => {
  let broker: KafkaBroker;
  let sluice: DispatcherUnderTest;
  beforeAll(async () => {
    broker = await startKafkaBroker();
    sluice = await DispatcherUnderTest.create(() =>
      openKafkaStream({ brokers: [broker.brokers], clientId: 'dispatcher' }),
    );
    await sluice.start();
  });
  afterAll(async () => {
    await sluice.close();
    await broker.stop();
  });

  test(
    'while events come on, a new webhook gets every one of them from its start on, none of them twice',
    () => backfillCase(sluice),
    300_000,
  );
});
