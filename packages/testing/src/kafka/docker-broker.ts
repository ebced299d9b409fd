import { execFile } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { ownPort } from '../own-port.js';
import type { BrokerOptions, KafkaBroker } from './broker.js';
import { brokerAnswers } from './broker-answers.js';
import { brokerProperties } from './broker-properties.js';

const run = promisify(execFile);
const startWithinMs = 120_000;

/** Runs the broker from Apache's image, its ports published on loopback. Where Java is missing. */
export async function startDockerBroker(options: BrokerOptions & { version: string }): Promise<KafkaBroker> {
  const clients = await ownPort();
  const ports = { clients, controller: await ownPort(), detour: options.detour ?? null };
  const properties = { ...brokerProperties(ports, '/var/lib/kafka/data', '0.0.0.0'), ...options.properties };
  const environment = Object.entries(properties).flatMap(([name, value]) => [
    '--env',
    `KAFKA_${name.toUpperCase().replaceAll('.', '_')}=${value}`,
  ]);
  const published = [clients, ...(options.detour ? [options.detour.listen] : [])].flatMap((port) => [
    '--publish',
    `127.0.0.1:${port}:${port}`,
  ]);
  const image = `apache/kafka:${options.version}`;
  const { stdout } = await run('docker', ['run', '--detach', ...published, ...environment, image]);
  const container = stdout.trim();

  const remove = async () => {
    await run('docker', ['rm', '--force', '--volumes', container]);
  };
  const untilItAnswers = async () => {
    const deadline = performance.now() + startWithinMs;
    while (!(await brokerAnswers(clients))) {
      if (performance.now() > deadline) throw new Error(`Kafka ${options.version} did not start in Docker`);
      await sleep(200);
    }
  };
  try {
    await untilItAnswers();
  } catch (error) {
    await remove();
    throw error;
  }
  return {
    brokers: `127.0.0.1:${clients}`,
    version: options.version,
    start: async () => {
      await run('docker', ['start', container]);
      await untilItAnswers();
    },
    stop: remove,
    kill: async () => {
      await run('docker', ['kill', container]);
    },
    shutDown: async () => {
      await run('docker', ['stop', container]);
    },
  };
}
