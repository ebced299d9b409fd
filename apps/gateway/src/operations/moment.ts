import { z } from 'zod';
import { shownAs } from './shown-as.js';

const Moment = z.iso.datetime({ offset: true });

export const MOMENT_WANTED = 'must be a date and time of ISO 8601 with its zone, like 2026-03-01T12:00:00Z';

/** A year of four digits: others JavaScript writes with a sign, and PostgreSQL does not know the year 0. */
const USUAL_YEAR = /^(?!0000)\d{4}-/;

/** A moment as ISO 8601 in UTC; null when the text is none, or one beyond the years 1 to 9999 in UTC. */
export function readMoment(text: unknown): string | null {
  const parsed = Moment.safeParse(text);
  if (!parsed.success) return null;
  const milliseconds = Date.parse(parsed.data);
  if (Number.isNaN(milliseconds)) return null;
  const moment = new Date(milliseconds).toISOString();
  return USUAL_YEAR.test(moment) ? moment : null;
}

/** A moment of ISO 8601 with its zone, read as one in UTC. */
export const moment = shownAs(
  { type: 'string', format: 'date-time' },
  z.string({ error: MOMENT_WANTED }).transform((text, context) => {
    const read = readMoment(text);
    if (read !== null) return read;
    context.issues.push({ code: 'custom', message: MOMENT_WANTED, input: text });
    return z.NEVER;
  }),
);
