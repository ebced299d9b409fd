import { setTimeout as pause } from 'node:timers/promises';
import type { Dispatcher, EventTrail } from '@sluice/contracts/dispatcher-commands';
import type { Result } from '@sluice/contracts/result';

/** Matching takes some milliseconds; who asks for an event that was just accepted waits as long as this for it. */
const LONGEST_MS = 1_000;
const BETWEEN_MS = 50;
/** Each of them asks the dispatcher twenty times: questions for what never was must not become its load. */
const MOST_WAITING = 100;

/**
 * Finds the trail of an event, and asks again while it is not known, or not whole: an event that was answered with 202 a
 * moment ago is on the stream, leaves its trail when it is matched, and each delivery when it ends or after a second.
 */
export class TrailSearch {
  private waiting = 0;

  constructor(private readonly dispatcher: Pick<Dispatcher, 'eventTrail'>) {}

  /** @param isWanted says false once the caller has gone away. */
  async find(event: Parameters<Dispatcher['eventTrail']>[0], isWanted: () => boolean): Promise<Result<EventTrail>> {
    if (this.waiting >= MOST_WAITING) return this.dispatcher.eventTrail(event);
    this.waiting += 1;
    try {
      return await this.askUntilWhole(event, isWanted);
    } finally {
      this.waiting -= 1;
    }
  }

  private async askUntilWhole(
    event: Parameters<Dispatcher['eventTrail']>[0],
    isWanted: () => boolean,
  ): Promise<Result<EventTrail>> {
    const untilMs = performance.now() + LONGEST_MS;
    for (;;) {
      const result = await this.dispatcher.eventTrail(event);
      if (result.ok ? result.value.complete : result.refusal.code !== 'not_found') return result;
      if (!isWanted() || performance.now() + BETWEEN_MS > untilMs) return result;
      await pause(BETWEEN_MS);
    }
  }
}
