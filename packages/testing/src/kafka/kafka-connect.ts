import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ownPort } from '../own-port.js';
import { GuardedProcess } from './guarded-process.js';
import { connectClassPath } from './jars.js';

const startWithinMs = 120_000;
const virtualMachine = ['-Xms64m', '-Xmx512m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-XX:-UsePerfData'];

/** Warnings only, to standard output. */
const log4j = `
log4j.rootLogger=WARN, out
log4j.appender.out=org.apache.log4j.ConsoleAppender
log4j.appender.out.layout=org.apache.log4j.SimpleLayout
`;

export interface ConnectOptions {
  /** Bootstrap servers. */
  brokers: string;
  /** The connector's own settings; its name is `source`. */
  connector: Record<string, string>;
  /** Whether keys and values come in an envelope with their schema. */
  schemas: boolean;
}

/** Kafka Connect in standalone mode with one of Debezium's connectors for PostgreSQL. */
export interface KafkaConnect {
  /** Ends it in order and removes its data. */
  stop(): Promise<void>;
}

/** Resolves when the connector and its task run. */
export async function startKafkaConnect(options: ConnectOptions): Promise<KafkaConnect> {
  const directory = await mkdtemp(join(tmpdir(), 'sluice-test-connect-'));
  let process: GuardedProcess | null = null;
  const stop = async (): Promise<void> => {
    await process?.stop(10_000);
    await rm(directory, { recursive: true, force: true });
  };
  try {
    const port = await ownPort();
    const output = join(directory, 'output.log');
    process = await GuardedProcess.start(await writeCommand(directory, port, options), { directory, output });
    const deadline = performance.now() + startWithinMs;
    while (!(await isRunning(port))) {
      if (!process.running || performance.now() > deadline) {
        const said = (await readFile(output, 'utf8')).slice(-4_000);
        throw new Error(`Kafka Connect did not start:\n${said}`);
      }
      await sleep(200);
    }
  } catch (error) {
    await stop();
    throw error;
  }
  return { stop };
}

/** Writes the configuration into the directory; answers the command that goes by it. */
async function writeCommand(
  directory: string,
  port: number,
  { brokers, connector, schemas }: ConnectOptions,
): Promise<string[]> {
  const converter = 'org.apache.kafka.connect.json.JsonConverter';
  const worker = {
    'bootstrap.servers': brokers,
    'key.converter': converter,
    'value.converter': converter,
    'key.converter.schemas.enable': String(schemas),
    'value.converter.schemas.enable': String(schemas),
    'offset.storage.file.filename': join(directory, 'offsets'),
    'offset.flush.interval.ms': '1000',
    'plugin.discovery': 'only_scan',
    listeners: `http://127.0.0.1:${port}`,
  };
  await writeFile(join(directory, 'log4j.properties'), log4j);
  await writeFile(join(directory, 'worker.properties'), properties(worker));
  await writeFile(
    join(directory, 'connector.properties'),
    properties({ name: 'source', 'tasks.max': '1', ...connector }),
  );
  return [
    'java',
    ...virtualMachine,
    `-Dlog4j.configuration=file:${join(directory, 'log4j.properties')}`,
    '-cp',
    await connectClassPath(),
    'org.apache.kafka.connect.cli.ConnectStandalone',
    join(directory, 'worker.properties'),
    join(directory, 'connector.properties'),
  ];
}

const properties = (settings: Record<string, string>): string =>
  Object.entries(settings)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');

async function isRunning(port: number): Promise<boolean> {
  try {
    const answer = await fetch(`http://127.0.0.1:${port}/connectors/source/status`);
    const status = (await answer.json()) as { connector?: { state: string }; tasks?: { state: string }[] };
    return status.connector?.state === 'RUNNING' && status.tasks?.[0]?.state === 'RUNNING';
  } catch {
    return false;
  }
}
