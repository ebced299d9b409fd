import { z } from 'zod';

const Moment = z.iso.datetime({ offset: true });

export const MOMENT_WANTED = 'must be a date and time of ISO 8601 with its zone, like 2026-03-01T12:00:00Z';

/** A moment as ISO 8601 in UTC; null when the text is none. */
export function readMoment(text: unknown): string | null {
  const parsed = Moment.safeParse(text);
  if (!parsed.success) return null;
  const milliseconds = Date.parse(parsed.data);
  return Number.isNaN(milliseconds) ? null : new Date(milliseconds).toISOString();
}
