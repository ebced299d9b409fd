import { startKafkaBroker } from '@sluice/testing/kafka/broker';
import { describeOwnKafka } from '@sluice/testing/kafka/describe-kafka';
import { freePort } from '@sluice/testing/kafka/free-port';
import { TcpLine } from '../conformance/tcp-line.js';
import { describeConformance } from '../conformance.js';
import { openKafkaStream } from './kafka-stream.js';

const at = (brokers: string) => openKafkaStream({ brokers: [brokers], clientId: 'conformance' });

describeOwnKafka('the Kafka adapter', () => {
  describeConformance('Kafka', async () => {
    const listen = await freePort();
    // The broker names one address for all who come by the detour, so one line serves one case after the other.
    const line = await TcpLine.to({ host: '127.0.0.1', port: listen });
    const broker = await startKafkaBroker({ detour: { listen, advertise: line.port } });
    return {
      open: () => at(broker.brokers),
      openBehindLine: async () => ({ stream: await at(`127.0.0.1:${line.port}`), line }),
      log: { stop: () => broker.kill(), start: () => broker.start() },
      close: async () => {
        await line.close();
        await broker.stop();
      },
    };
  });
});
