import { z } from 'zod';

/** How many of a list there are at most in an answer. Gateways that know no pages of the list leave it out, and get all. */
export const limit = z.number().int().min(1).max(1_000).optional();

/** What the page before ended at. */
export const after = z.string().optional();

/** The same in a list in the order of creation, whose ids don't tell that order. */
const PlaceCreated = z.object({ createdAt: z.string(), id: z.string() });
export type PlaceCreated = z.infer<typeof PlaceCreated>;
export const afterCreated = PlaceCreated.optional();

/** Whether the list goes on behind the answer; absent in answers of a registry that knows no pages of it, and gives all. */
export const more = z.boolean().default(false);
