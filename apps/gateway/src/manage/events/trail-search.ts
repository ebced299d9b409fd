import { setTimeout as pause } from 'node:timers/promises';
import type { Dispatcher, EventTrail } from '@sluice/contracts/dispatcher-commands';
import type { Result } from '@sluice/contracts/result';

interface Trails {
  events: EventTrail[];
  more: boolean;
}

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

  constructor(private readonly dispatcher: Pick<Dispatcher, 'eventTrail' | 'eventTrails'>) {}

  /** @param isWanted says false once the caller has gone away. */
  find(event: Parameters<Dispatcher['eventTrail']>[0], isWanted: () => boolean): Promise<Result<EventTrail>> {
    const isWhole = (result: Result<EventTrail>) =>
      result.ok ? result.value.complete : result.refusal.code !== 'not_found';
    return this.ask(() => this.dispatcher.eventTrail(event), isWhole, isWanted);
  }

  /** Those of all events of an id. */
  findAll(event: Parameters<Dispatcher['eventTrails']>[0], isWanted: () => boolean): Promise<Result<Trails>> {
    const isWhole = (result: Result<Trails>) =>
      !result.ok || (result.value.events.length > 0 && result.value.events.every(({ complete }) => complete));
    return this.ask(() => this.dispatcher.eventTrails(event), isWhole, isWanted);
  }

  private async ask<T>(question: () => Promise<T>, isWhole: (answer: T) => boolean, isWanted: () => boolean) {
    if (this.waiting >= MOST_WAITING) return question();
    this.waiting += 1;
    try {
      return await askUntil(question, isWhole, isWanted);
    } finally {
      this.waiting -= 1;
    }
  }
}

async function askUntil<T>(
  question: () => Promise<T>,
  isWhole: (answer: T) => boolean,
  isWanted: () => boolean,
): Promise<T> {
  const untilMs = performance.now() + LONGEST_MS;
  for (;;) {
    const answer = await question();
    if (isWhole(answer) || !isWanted() || performance.now() + BETWEEN_MS > untilMs) return answer;
    await pause(BETWEEN_MS);
  }
}
