import type { Entry } from './ledger.js';
import type { Answer } from './receiver.js';

/** How an endpoint answers, knowing what has become of the event so far. */
export type Mode = (eventId: string, entry: Entry) => Answer;

export const ok: Mode = () => ({ status: 200 });

/** A good answer, late. */
export const slow =
  (delayMs: number): Mode =>
  () => ({ status: 200, delayMs });

/** Reads and never answers. */
export const hang: Mode = () => 'hang';

/** A good status, and a body that never ends, a byte now and then. */
export const drip: Mode = () => 'drip';

/** A good status, and a body that never ends, as fast as it is taken. */
export const flood: Mode = () => 'flood';

/** 500 to some events, however often they come, and 200 to the others. */
export const refusing =
  (refused: (eventId: string) => boolean): Mode =>
  (eventId) => ({ status: refused(eventId) ? 500 : 200 });

/** That answer to a share of the requests, as chance has it, and 200 to the others. */
export const sometimes =
  (share: number, answer: Answer, chance: () => number): Mode =>
  () =>
    chance() < share ? answer : { status: 200 };

/** 429 with `Retry-After`. */
export const tooMany = (seconds: number): Answer => ({ status: 429, headers: { 'retry-after': String(seconds) } });
