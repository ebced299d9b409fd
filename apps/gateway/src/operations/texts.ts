import { z } from 'zod';

const FILLED = { error: 'must be a string that is not empty' };

/** A text that says something. */
export const filled = z.string(FILLED).min(1, FILLED);

/** An id in a path. What can be none is not even looked for: the operation says `absent`. */
export const pathId = (form: RegExp, description: string) => z.string().regex(form).meta({ description });
