import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { eventually } from '@sluice/testing/stack/built-process';
import { follow } from '@sluice/testing/stack/follow-events';
import type { SluiceClient } from '@sluice/testing/stack/sluice-client';
import type { ReceiverProcess } from './receiver-process.js';

const EVENTS = 10_000;
const BATCH = 100;
const PUBLISHERS = 4;

export interface DeliveriesResult {
  ceilingPerSecond: number;
  deliveredPerSecond: number;
  /** Delivered from end to end, intake included, against a loop that only signs and sends. */
  ratio: number;
}

/** Publishes as fast as it is accepted and waits for the last arrival; the ceiling is measured just before. */
export async function measureDeliveries(
  client: SluiceClient,
  receiver: ReceiverProcess,
  bodyBytes: number,
): Promise<DeliveriesResult> {
  const sender = fileURLToPath(new URL('./bare-sender.js', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [
    sender,
    receiver.url,
    String(EVENTS),
    String(bodyBytes),
  ]);
  await receiver.reset();
  let next = 0;
  const publishUntilDone = async () => {
    while (next < EVENTS) {
      const first = next;
      next += BATCH;
      const { status } = await client.publishBatch(Array.from({ length: BATCH }, (_, i) => follow(first + i)));
      if (status !== 202) throw new Error(`publishing answered ${status}`);
    }
  };
  const startedAt = performance.now();
  await Promise.all(Array.from({ length: PUBLISHERS }, publishUntilDone));
  await eventually('every delivery', async () => (await receiver.report()).count >= EVENTS, 120_000);
  const deliveredPerSecond = (EVENTS / (performance.now() - startedAt)) * 1_000;
  const ceilingPerSecond = Number(stdout);
  return { ceilingPerSecond, deliveredPerSecond, ratio: deliveredPerSecond / ceilingPerSecond };
}
