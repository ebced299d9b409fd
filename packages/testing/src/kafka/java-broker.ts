import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { ownPort } from '../own-port.js';
import type { BrokerOptions, KafkaBroker } from './broker.js';
import { brokerAnswers } from './broker-answers.js';
import { brokerProperties, type Listener } from './broker-properties.js';
import { GuardedProcess } from './guarded-process.js';
import { kafkaClassPath } from './jars.js';

const run = promisify(execFile);
const startWithinMs = 60_000;
const virtualMachine = ['-Xms64m', '-Xmx512m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-XX:-UsePerfData'];

/** Warnings only, to standard output. Kafka 4 reads the first, 3.9 the second. */
const log4j2 = `
rootLogger.level = warn
rootLogger.appenderRef.out.ref = out
appender.out.type = Console
appender.out.name = out
`;
const log4j = `
log4j.rootLogger=WARN, out
log4j.appender.out=org.apache.log4j.ConsoleAppender
log4j.appender.out.layout=org.apache.log4j.SimpleLayout
`;

export interface JavaBrokerOptions extends BrokerOptions {
  version: string;
  listeners?: readonly Listener[];
  /** For the virtual machine. */
  javaOptions?: readonly string[];
}

/** Runs the broker as a Java process whose jars Maven brings; its data lie in a temporary directory. */
export async function startJavaBroker(options: JavaBrokerOptions): Promise<KafkaBroker> {
  const classPath = await kafkaClassPath(options.version);
  const directory = await mkdtemp(join(tmpdir(), 'sluice-test-kafka-'));
  const clients = await ownPort();
  const ports = {
    clients,
    controller: await ownPort(),
    detour: options.detour ?? null,
    others: options.listeners ?? [],
  };
  const data = join(directory, 'data');
  const properties = { ...brokerProperties(ports, data, '127.0.0.1'), ...options.properties };
  const configuration = join(directory, 'server.properties');
  const output = join(directory, 'output.log');
  await writeFile(
    configuration,
    Object.entries(properties)
      .map(([name, value]) => `${name}=${value.replaceAll('\\', '\\\\')}\n`)
      .join(''),
  );
  await writeFile(join(directory, 'log4j2.properties'), log4j2);
  await writeFile(join(directory, 'log4j.properties'), log4j);

  const java = [
    ...virtualMachine,
    ...(options.javaOptions ?? []),
    `-Dlog4j2.configurationFile=${join(directory, 'log4j2.properties')}`,
    `-Dlog4j.configuration=file:${join(directory, 'log4j.properties')}`,
    '-cp',
    classPath,
  ];
  // It may begin with a dash, so it is given as one argument with its name.
  const clusterId = randomBytes(16).toString('base64url');

  let process: GuardedProcess | null = null;

  const start = async () => {
    process = await GuardedProcess.start(['java', ...java, 'kafka.Kafka', configuration], { directory, output });
    const deadline = performance.now() + startWithinMs;
    while (!(await brokerAnswers(clients))) {
      if (!process.running || performance.now() > deadline) {
        const said = (await readFile(output, 'utf8')).slice(-2_000);
        await process.kill();
        throw new Error(`Kafka ${options.version} did not start:\n${said}`);
      }
      await sleep(100);
    }
  };
  const stop = async () => {
    await process?.stop(10_000);
    await rm(directory, { recursive: true, force: true });
  };
  try {
    await run('java', [...java, 'kafka.tools.StorageTool', 'format', `--cluster-id=${clusterId}`, '-c', configuration]);
    await start();
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    brokers: `127.0.0.1:${clients}`,
    version: options.version,
    data,
    start,
    stop,
    kill: async () => process?.kill(),
    shutDown: async () => process?.stop(10_000),
  };
}
