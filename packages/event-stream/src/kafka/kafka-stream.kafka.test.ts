import { randomUUID } from 'node:crypto';
import { startKafkaBroker } from '@sluice/testing/kafka/broker';
import { describeOwnKafka } from '@sluice/testing/kafka/describe-kafka';
import { ownPort } from '@sluice/testing/own-port';
import { Kafka, logLevel } from 'kafkajs';
import { TcpLine } from '../conformance/tcp-line.js';
import { describeConformance } from '../conformance.js';
import type { OutgoingRecord } from '../event-stream.js';
import { openKafkaStream } from './kafka-stream.js';

/** As another program may do it: Sluice itself publishes without transactions. */
async function inOpenTransaction(brokers: string, topic: string, { key, value }: OutgoingRecord) {
  const kafka = new Kafka({ brokers: [brokers], logLevel: logLevel.NOTHING });
  const producer = kafka.producer({ transactionalId: randomUUID(), idempotent: true, maxInFlightRequests: 1 });
  await producer.connect();
  const transaction = await producer.transaction();
  const bytes = (part: Uint8Array | null) => (part === null ? null : Buffer.from(part));
  await transaction.send({ topic, messages: [{ key: bytes(key), value: bytes(value) }] });
  return {
    commit: async () => {
      await transaction.commit();
      await producer.disconnect();
    },
  };
}

const at = (brokers: string) => openKafkaStream({ brokers: [brokers], clientId: 'conformance' });

describeOwnKafka('the Kafka adapter', () => {
  describeConformance('Kafka', async () => {
    const listen = await ownPort();
    // The broker names one address for all who come by the detour, so one line serves one case after the other.
    const line = await TcpLine.to({ host: '127.0.0.1', port: listen });
    const broker = await startKafkaBroker({ detour: { listen, advertise: line.port } });
    return {
      open: () => at(broker.brokers),
      openBehindLine: async () => ({ stream: await at(`127.0.0.1:${line.port}`), line }),
      log: { stop: () => broker.kill(), start: () => broker.start() },
      holdPublish: (topic, record) => inOpenTransaction(broker.brokers, topic, record),
      close: async () => {
        await line.close();
        await broker.stop();
      },
    };
  });
});
