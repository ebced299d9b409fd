// Makes those of Sluice's topics that are missing, with the settings in the environment (docs/kafka.md), and compares all
// of them with these settings. With --check it makes none. Exit codes: 0 all are as they should be; 1 one differs, or the
// cluster can't be asked; 2 mistakes in the environment.
import {
  EVENTS_TOPIC,
  RETRIES_PARTITIONS,
  RETRIES_TOPIC,
  WEBHOOKS_PARTITIONS,
  WEBHOOKS_TOPIC,
} from '@sluice/contracts/topics';
import { demandKafkaLogin, kafkaSettings, kafkaVariables } from '@sluice/event-stream/kafka-environment';
import { openStream } from '@sluice/event-stream/open-stream';
import { eventPartitions, partitionVariables } from '@sluice/event-stream/stream-environment';
import { parseConfiguration } from '@sluice/service-kit/configuration';
import { z } from 'zod';

const schema = z.object({ ...kafkaVariables, ...partitionVariables }).superRefine(demandKafkaLogin);

try {
  const environment = parseConfiguration(schema, process.env);
  const kafka = kafkaSettings(environment, 'sluice-topics');
  if (kafka === undefined) {
    console.error('KAFKA_BROKERS: is required and not set');
    process.exit(2);
  }
  const topics = [
    { topic: EVENTS_TOPIC, partitions: eventPartitions(environment) },
    { topic: WEBHOOKS_TOPIC, partitions: WEBHOOKS_PARTITIONS },
    { topic: RETRIES_TOPIC, partitions: RETRIES_PARTITIONS },
  ];
  for (const create of process.argv.includes('--check') ? [false] : [true, false]) {
    const stream = await openStream({ kafka: { ...kafka, topics: { ...kafka.topics, create } } });
    await stream.ensureTopics(topics).finally(() => stream.close());
  }
  for (const { topic, partitions } of topics) {
    console.log(`topic ${topic} is as it should be, with ${partitions} partitions`);
  }
} catch (error) {
  console.error(error.mistakes?.join('\n') ?? error.message);
  process.exitCode = error.mistakes === undefined ? 1 : 2;
}
