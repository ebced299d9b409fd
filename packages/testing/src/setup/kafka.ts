import type { TestProject } from 'vitest/node';
import { type KafkaBroker, kafkaVersion, startKafkaBroker, whyNoBroker } from '../kafka/broker.js';
import { javaCanRun } from '../kafka/jars.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** `host:port` of the run's broker; null where none can be had. */
    kafkaBrokers: string | null;
    /** Why there is no broker. */
    kafkaMissing: string | null;
    /** Why a test can't start a broker of its own; null where it can. */
    kafkaNotOurs: string | null;
    /** Why Java's own client can't be run; null where it can. */
    kafkaJavaMissing: string | null;
  }
}

/** One broker for all projects of a run that ask for it. */
interface Shared {
  broker: Promise<KafkaBroker>;
  users: number;
}
const shared: { kafka?: Shared } = globalThis as { kafka?: Shared };

/** `KAFKA_BROKERS` where it is set, else a broker started here, else none: then tests skip aloud, or fail in CI. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const notOurs = await whyNoBroker();
  project.provide('kafkaNotOurs', notOurs);
  project.provide('kafkaJavaMissing', (await javaCanRun(kafkaVersion)) ? null : 'there is no Java 17 with Maven');
  const given = process.env.KAFKA_BROKERS;
  project.provide('kafkaMissing', given ? null : notOurs);
  if (given || notOurs) {
    project.provide('kafkaBrokers', given ?? null);
    return async () => undefined;
  }
  shared.kafka ??= { broker: startKafkaBroker(), users: 0 };
  const mine = shared.kafka;
  mine.users += 1;
  const broker = await mine.broker;
  project.provide('kafkaBrokers', broker.brokers);
  return async () => {
    mine.users -= 1;
    if (mine.users > 0) return;
    delete shared.kafka;
    await broker.stop();
  };
}
