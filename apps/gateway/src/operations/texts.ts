import { z } from 'zod';

const FILLED = { error: 'must be a string that is not empty' };

/** A text that says something. */
export const filled = z.string(FILLED).min(1, FILLED);

/** The member `created_at` of what there is. */
export const createdAt = z.iso.datetime().meta({ description: 'When it was created.' });

/** What a caller is told of something that it ended: which one, and that it is so. */
export const ended = <Member extends string, How extends 'deleted' | 'revoked' | 'dropped' = 'deleted'>(
  member: Member,
  which: string,
  how = 'deleted' as How,
) =>
  z.object({
    [member]: z.string().meta({ description: which }),
    [how]: z.literal(true).meta({ description: 'It is so.' }),
  } as Record<Member, z.ZodString> & Record<How, z.ZodLiteral<true>>);

/** An id in a path. What can be none is not even looked for: the operation says `absent`. */
export const pathId = (form: RegExp, description: string) => z.string().regex(form).meta({ description });
