const MINUTE_MS = 60_000;

/** What a field for date and time shows for a moment, in the reader's own time zone. */
export const toLocal = (ms: number): string =>
  new Date(ms - new Date(ms).getTimezoneOffset() * MINUTE_MS).toISOString().slice(0, 16);

/** The moment that such a field names, in UTC. */
export const fromLocal = (typed: string): string => new Date(typed).toISOString();
