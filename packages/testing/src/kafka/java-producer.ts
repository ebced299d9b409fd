import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { kafkaVersion } from './broker.js';
import { kafkaClassPath } from './jars.js';

const run = promisify(execFile);
const source = fileURLToPath(new URL('../../src/kafka/java/ProduceRecords.java', import.meta.url));

export const javaCodecs = ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const;

export interface JavaProduction {
  brokers: string;
  topic: string;
  codec: (typeof javaCodecs)[number];
  count: number;
  /** Of each value, about. */
  bytes: number;
  /** `plain` without a transaction, else how the transaction around all records ends. */
  outcome?: 'plain' | 'commit' | 'abort';
}

/** Produces records as a Java program does: "codec n", padded with blanks, key "k", header `codec`, all in partition 0. */
export async function produceWithJava(production: JavaProduction): Promise<void> {
  const { brokers, topic, codec, count, bytes, outcome = 'plain' } = production;
  const classPath = await kafkaClassPath(kafkaVersion);
  const options = ['-Xmx256m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-cp', classPath];
  await run('java', [...options, source, brokers, topic, codec, String(count), String(bytes), outcome]);
}
