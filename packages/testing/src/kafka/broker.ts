import { dockerAnswers } from '../docker/docker.js';
import type { Detour } from './broker-properties.js';
import { startDockerBroker } from './docker-broker.js';
import { javaCanRun } from './jars.js';
import { startJavaBroker } from './java-broker.js';

/** A real Apache Kafka broker of one node (KRaft), for one test file or a whole run. */
export interface KafkaBroker {
  /** Host and port for clients. */
  readonly brokers: string;
  readonly version: string;
  /** The folder of its log; undefined where that is in a container. */
  readonly data?: string;
  /** Ends it in order and removes its data. */
  stop(): Promise<void>;
  /** Ends it as a power cut would. */
  kill(): Promise<void>;
  /** Ends it in order. */
  shutDown(): Promise<void>;
  /** Starts it again after {@link kill} or {@link shutDown}, on the same port and data; resolves when it answers. */
  start(): Promise<void>;
}

export interface BrokerOptions {
  /** Of Apache Kafka. */
  version?: string;
  detour?: Detour;
  /** Beyond those of broker-properties.ts, or instead of them. */
  properties?: Record<string, string>;
}

/** `KAFKA_VERSION` chooses another one for a run. */
export const kafkaVersion = process.env.KAFKA_VERSION ?? '4.3.0';

/** With Java and Maven where they are, else with Docker. @throws Error when neither is there, see {@link whyNoBroker}. */
export async function startKafkaBroker(options: BrokerOptions = {}): Promise<KafkaBroker> {
  const settled = { ...options, version: options.version ?? kafkaVersion };
  if (await javaCanRun(settled.version)) return startJavaBroker(settled);
  if (await dockerAnswers()) return startDockerBroker(settled);
  throw new Error(cannotStart);
}

const cannotStart = 'Kafka needs Java 17 and Maven that can fetch it, or Docker; neither was found';

/** Null where {@link startKafkaBroker} can do its work. */
export async function whyNoBroker(): Promise<string | null> {
  return (await javaCanRun(kafkaVersion)) || (await dockerAnswers()) ? null : cannotStart;
}
