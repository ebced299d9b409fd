import { openKafkaStream } from '@sluice/event-stream/kafka/kafka-stream';
import { type KafkaBroker, startKafkaBroker } from '@sluice/testing/kafka/broker';
import { describeOwnKafka } from '@sluice/testing/kafka/describe-kafka';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { DispatcherUnderTest } from '../testing/dispatcher-under-test.js';
import { after, before, DoomedDispatcher, type Step } from '../testing/doomed-dispatcher.js';
import { handoverCases } from '../testing/handover-cases.js';
import { FAILING, type Manner, QUICK, SLOW, TwicePublished } from '../testing/twice-published.js';

describeOwnKafka('an event that is published again, on Kafka, is delivered once', () => {
  let broker: KafkaBroker;
  beforeAll(async () => {
    broker = await startKafkaBroker();
  });
  afterAll(() => broker.stop());

  const openStream = () => openKafkaStream({ brokers: [broker.brokers], clientId: 'dispatcher' });

  describe('around a handover', () => handoverCases(openStream));

  describe('after a dispatcher died, and its session ended', () => {
    let sluice: DispatcherUnderTest;
    let doomed: DoomedDispatcher | null = null;
    let instances = 0;
    beforeAll(async () => {
      sluice = await DispatcherUnderTest.create(openStream);
    });
    afterAll(async () => {
      await doomed?.close();
      await sluice.close();
    });

    test.each<[string, Manner, Step]>([
      ['before the outcome is recorded', QUICK, before('dispatch-insert-deliveries')],
      ['after COMMIT of the outcome, before its answer', QUICK, after('dispatch-insert-deliveries')],
      ['after the event is recorded, its attempt under way', SLOW, after('dispatch-insert-events')],
      ['after an attempt under way is parked', SLOW, after('dispatch-insert-pending')],
      ['after a retry is claimed, before the answer', FAILING, after('dispatch-claim')],
    ])('%s', async (_, manner, step) => {
      const events = new TwicePublished(sluice, manner);
      sluice.receiver.answer((arrival) => events.answer(arrival));
      const dispatcher = await DoomedDispatcher.start(sluice, step, {
        KAFKA_BROKERS: broker.brokers,
        INSTANCE: `doomed-${++instances}`,
      });
      doomed = dispatcher;
      await events.publish();
      const isDead = async () => {
        await sluice.retriesAreDue();
        expect(dispatcher.isDead).toBe(true);
      };
      await vi.waitFor(isDead, { timeout: 40_000, interval: 50 });
      await events.publish();
      await sluice.aMinutePasses();
      await events.everybodyDied();
      const successor = await sluice.start({ instance: `successor-${instances}` });
      await events.settled();
      await events.publish();
      await events.settled();
      await sluice.stop(successor);
      await dispatcher.close();
      await events.expectOnce();
    });
  });
});
