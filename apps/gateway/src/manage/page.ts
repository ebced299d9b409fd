import { z } from 'zod';
import { shownAs } from '../operations/shown-as.js';
import { Fault } from '../refusals/fault.js';

const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 1_000;
const PREFIX = 'before:';

/** How many things a page has, from its `limit`; 400 when that is no number from 1 to 1,000 in decimal digits. */
export function pageLimit(limit: unknown): number {
  if (limit === undefined) return DEFAULT_LIMIT;
  const wanted = typeof limit === 'string' && /^\d{1,4}$/.test(limit) ? Number(limit) : 0;
  if (wanted >= 1 && wanted <= MAX_LIMIT) return wanted;
  throw wrongQuery('limit', `must be a whole number from 1 to ${MAX_LIMIT}`);
}

const LIMIT_WANTED = { error: `must be a whole number from 1 to ${MAX_LIMIT}` };

/** The query parameter `limit`: how many things a page has; 100 if nothing is said. */
export const limit = shownAs(
  { type: 'integer', minimum: 1, maximum: MAX_LIMIT, default: DEFAULT_LIMIT },
  z
    .string(LIMIT_WANTED)
    .regex(/^\d{1,4}$/, { ...LIMIT_WANTED, abort: true })
    .transform(Number)
    .refine((wanted) => wanted >= 1 && wanted <= MAX_LIMIT, LIMIT_WANTED)
    .default(DEFAULT_LIMIT),
).meta({ description: 'How many at most.' });

export const CURSOR_WANTED = { error: 'must be the next_cursor of an answer' };

/**
 * The query parameter `cursor`: the place that the page before ended at; undefined without one.
 *
 * @param form of the whole place.
 */
export const cursor = (form: RegExp) =>
  shownAs(
    { type: 'string' },
    z
      .string(CURSOR_WANTED)
      .transform((text, context) => {
        const given = Buffer.from(text, 'base64url').toString('latin1');
        const place = given.startsWith(PREFIX) ? given.slice(PREFIX.length) : '';
        if (form.test(place) && cursorAt(place) === text) return place;
        context.issues.push({ code: 'custom', message: CURSOR_WANTED.error, input: text });
        return z.NEVER;
      })
      .optional(),
  ).meta({ description: 'The `next_cursor` of the page before.' });

/** The member `next_cursor` of an answer. */
export const nextCursor = z.string().nullable().meta({ description: 'Null on the last page.' });

/** Where the page after this place begins. What it is made of may change: callers hand it back as they got it. */
export const cursorAt = (place: string): string => Buffer.from(PREFIX + place).toString('base64url');

/**
 * The place that a cursor stands behind; undefined without one; 400 when it is none of ours.
 *
 * @param form of the whole place.
 */
export function placeAt(cursor: unknown, form: RegExp): string | undefined {
  if (cursor === undefined) return undefined;
  const text = typeof cursor === 'string' ? Buffer.from(cursor, 'base64url').toString('latin1') : '';
  const place = text.startsWith(PREFIX) ? text.slice(PREFIX.length) : '';
  if (form.test(place) && cursorAt(place) === cursor) return place;
  throw wrongQuery('cursor', 'must be the next_cursor of an answer');
}

/** What is wrong with a query parameter. */
export const wrongQuery = (path: string, message: string): Fault =>
  new Fault(400, `${path} ${message}`, { errors: [{ path, message }] });
