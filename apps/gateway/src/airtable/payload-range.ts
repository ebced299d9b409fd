import { z } from 'zod';
import { shownAs } from '../operations/shown-as.js';

/** Contract airtable 1.3: as many payloads a request gets, and as many when it does not say. */
const GREATEST_LIMIT = 50;
const CURSOR_WANTED = { error: `must be a whole number, at most ${Number.MAX_SAFE_INTEGER}` };
const LIMIT_WANTED = { error: `must be a whole number from 1 to ${GREATEST_LIMIT}` };

const wholeNumber = (wanted: { error: string }) =>
  z
    .string(wanted)
    .regex(/^-?\d+$/, { ...wanted, abort: true })
    .transform(Number)
    .refine((number) => number <= Number.MAX_SAFE_INTEGER, { ...wanted, abort: true });

/** The query parameter `cursor`: the first payload that is wanted; zero and negative numbers count as 1. */
export const cursor = shownAs(
  { type: 'integer', default: 1 },
  wholeNumber(CURSOR_WANTED)
    .transform((number) => Math.max(1, number))
    .default(1),
).meta({ description: 'The number of the first payload that is wanted.' });

/** The query parameter `limit`: how many payloads are wanted at most. */
export const limit = shownAs(
  { type: 'integer', minimum: 1, maximum: GREATEST_LIMIT, default: GREATEST_LIMIT },
  wholeNumber(LIMIT_WANTED)
    .refine((number) => number >= 1 && number <= GREATEST_LIMIT, LIMIT_WANTED)
    .default(GREATEST_LIMIT),
).meta({ description: 'How many payloads at most.' });
