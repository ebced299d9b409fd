import { setTimeout as sleep } from 'node:timers/promises';
import { logEnd } from './fill-log.js';
import type { Installation } from './installation.js';

const PATIENCE_MS = 120_000;
const POLL_MS = 20;

/** Asks until there is an answer. */
export async function until<T>(what: string, ask: () => Promise<T | null>): Promise<T> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    const answer = await ask();
    if (answer !== null) return answer;
    if (performance.now() > deadline) throw new Error(`${what}: not within ${PATIENCE_MS} ms`);
    await sleep(POLL_MS);
  }
}

/** Waits until the dispatcher has settled the log up to there. */
export async function settledUpTo({ postgres }: Installation, end: bigint): Promise<void> {
  await until('the log is worked off', async () => ((await postgres.settled()) >= end ? true : null));
}

/** Waits until the dispatcher has settled everything that is in the log now. */
export async function allSettled(installation: Installation): Promise<void> {
  const log = await installation.openLog();
  const end = await logEnd(log).finally(() => log.close());
  await settledUpTo(installation, end);
}
