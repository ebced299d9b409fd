import { z } from 'zod';
import { shownAs } from './shown-as.js';

const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 1_000;
const PREFIX = 'before:';

/** The query parameter `limit`: how many things there are at most. */
export function limitUpTo(most: number, otherwise: number) {
  const wanted = { error: `must be a whole number from 1 to ${most}` };
  return shownAs(
    { type: 'integer', minimum: 1, maximum: most, default: otherwise },
    z
      .string(wanted)
      .regex(/^\d{1,4}$/, { ...wanted, abort: true })
      .transform(Number)
      .refine((number) => number >= 1 && number <= most, wanted)
      .default(otherwise),
  ).meta({ description: 'How many at most.' });
}

/** The same of a page. */
export const limit = limitUpTo(MAX_LIMIT, DEFAULT_LIMIT);

/** The same of a list that was answered whole before it had pages: who asks for none still gets all up to the most. */
export const wholeLimit = limitUpTo(MAX_LIMIT, MAX_LIMIT);

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
        const given = Buffer.from(text, 'base64url').toString('utf8');
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
 * The `next_cursor` of an answer with these things: behind the last of them, while there are more.
 *
 * @param placeOf what the page ends at, by its last thing.
 */
export function cursorBehind<T>(things: readonly T[], more: boolean, placeOf: (last: T) => string): string | null {
  const last = things.at(-1);
  return more && last !== undefined ? cursorAt(placeOf(last)) : null;
}
