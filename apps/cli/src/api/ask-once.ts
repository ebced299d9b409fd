import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Refusal } from './refusal.js';
import { Unreached } from './unreached.js';

/** A first request that was cut off by a crash holds its key for 60 s (docs/api.md); each wait is a second. */
const MOST_WAITS = 70;

/**
 * Asks for something to be made, and once more under the same Idempotency-Key when no answer came: it is made once. While
 * Sluice is still at the first request, its answer is waited for.
 *
 * @throws {CommandFailure} as `ask` does.
 */
export async function askOnce<Answer>(ask: (idempotencyKey: string) => Promise<Answer>): Promise<Answer> {
  const key = randomUUID();
  try {
    return await ask(key);
  } catch (error) {
    if (!isUnanswered(error)) throw error;
  }
  for (let waits = 0; ; waits++) {
    try {
      return await ask(key);
    } catch (error) {
      const seconds = error instanceof Refusal && error.status === 409 ? error.retryAfterSeconds : null;
      if (seconds === null || waits === MOST_WAITS) throw error;
      await sleep(seconds * 1_000);
    }
  }
}

/** 502 and 504 are of proxies that got no answer. A 503 is Sluice's own, and after one the key is no longer remembered. */
const isUnanswered = (error: unknown): boolean =>
  error instanceof Unreached || (error instanceof Refusal && [502, 504].includes(error.status));
