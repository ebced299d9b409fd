import { setTimeout as pause } from 'node:timers/promises';
import type { Dispatcher, EventTrail } from '@sluice/contracts/dispatcher-commands';
import type { Result } from '@sluice/contracts/result';

/** Matching takes some milliseconds; who asks for an event that was just accepted waits as long as this for it. */
const LONGEST_MS = 1_000;
const BETWEEN_MS = 50;

/**
 * The trail of an event, asked for again while it is not known: an event that was answered with 202 a moment ago is on
 * the stream, and leaves its trail when it is matched.
 *
 * @param isWanted says false once the caller has gone away.
 */
export async function findTrail(
  dispatcher: Dispatcher,
  event: Parameters<Dispatcher['eventTrail']>[0],
  isWanted: () => boolean,
): Promise<Result<EventTrail>> {
  const untilMs = performance.now() + LONGEST_MS;
  for (;;) {
    const result = await dispatcher.eventTrail(event);
    if (result.ok || result.refusal.code !== 'not_found') return result;
    if (!isWanted() || performance.now() + BETWEEN_MS > untilMs) return result;
    await pause(BETWEEN_MS);
  }
}
