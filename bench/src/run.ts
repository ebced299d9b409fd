import { whyNoBroker } from '@sluice/testing/kafka/broker';
import { type BenchResult, type StreamResult, thisMachine } from './bench-result.js';
import { measureDeliveries } from './deliveries.js';
import type { Installation, StreamName } from './installation.js';
import { measureIntake } from './intake.js';
import { measureIsolation } from './isolation.js';
import { measureLatency } from './latency.js';
import { measureMatching } from './matching.js';
import type { Options, Part } from './options.js';
import { Receiver } from './receiver.js';
import { measureScaling } from './scaling.js';
import { ServicesInstallation } from './services-installation.js';
import { StandaloneInstallation } from './standalone-installation.js';
import { measureStart } from './start.js';

/** What a run leaves to be ended, the last thing first. */
export class Leftovers {
  private readonly ends: (() => Promise<void> | void)[] = [];

  add(end: () => Promise<void> | void): void {
    this.ends.unshift(end);
  }

  async end(): Promise<void> {
    for (const end of this.ends.splice(0)) await end();
  }
}

const startInstallation: Record<StreamName, () => Promise<Installation>> = {
  postgres: () => StandaloneInstallation.start(),
  kafka: () => ServicesInstallation.start(),
};

/** Measures the chosen parts one after the other: nothing else of the bench runs meanwhile. */
export async function run(
  { parts, streams }: Options,
  leftovers: Leftovers,
  say: (line: string) => void,
): Promise<BenchResult> {
  const startedAt = new Date();
  const result: BenchResult = {
    startedAt: startedAt.toISOString(),
    seconds: 0,
    machine: thisMachine(),
    streams: {},
    leftOut: {},
  };
  if (parts.has('matching')) {
    say('matching …');
    result.matching = await measureMatching();
  }
  for (const stream of [...parts].some((part) => part !== 'matching') ? streams : []) {
    const missing = stream === 'kafka' ? await whyNoBroker() : null;
    if (missing === null) result.streams[stream] = await onStream(stream, parts, leftovers, say);
    else {
      say(`LEFT OUT: ${stream}, because ${missing}`);
      result.leftOut[stream] = missing;
    }
  }
  return { ...result, seconds: (Date.now() - startedAt.getTime()) / 1_000 };
}

async function onStream(
  stream: StreamName,
  parts: ReadonlySet<Part>,
  leftovers: Leftovers,
  say: (line: string) => void,
): Promise<StreamResult> {
  say(`${stream}: starting …`);
  const receiver = await Receiver.start();
  leftovers.add(() => receiver.stop());
  const installation = await startInstallation[stream]();
  leftovers.add(() => installation.remove());
  const result: StreamResult = {};
  const measure = async <P extends keyof StreamResult>(part: P, measured: () => Promise<StreamResult[P]>) => {
    if (!parts.has(part)) return;
    say(`${stream}: ${part} …`);
    result[part] = await measured();
  };
  await measure('latency', () => measureLatency(installation, receiver));
  await measure('isolation', () => measureIsolation(installation, receiver));
  await measure('deliveries', () => measureDeliveries(installation, receiver));
  await measure('intake', () => measureIntake(installation));
  if (installation instanceof ServicesInstallation) {
    await measure('scaling', () => measureScaling(installation, receiver));
  }
  await measure('start', () => measureStart(installation));
  await leftovers.end();
  return result;
}
