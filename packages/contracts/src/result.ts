import { z } from 'zod';

/** Why a command was not carried out. A face maps the code to its own status and body. */
export const Refusal = z.object({
  code: z.enum([
    'unauthenticated',
    'forbidden',
    /** Not permitted, or no such thing: which one it is, is not told. */
    'hidden',
    'invalid',
    'not_found',
    'conflict',
    /** It is no longer as the caller saw it (`If-Match`). */
    'changed',
    'too_many',
    /** An OAuth integration has all the webhooks that it may have. */
    'too_many_of_integration',
    'rate_limited',
  ]),
  /** For people; names the field and the cause. */
  message: z.string(),
  /** Path of the field at fault, `filter_config.endpoint` for example. */
  field: z.string().optional(),
  /** When asking again makes sense; with `rate_limited`. */
  retryAfterSeconds: z.number().optional(),
});
export type Refusal = z.infer<typeof Refusal>;

/** An expected outcome is a value, not an exception: either the value or the refusal. */
export type Result<T> = { ok: true; value: T } | { ok: false; refusal: Refusal };

/** The schema of a {@link Result} whose value has the given schema. */
export const resultOf = <S extends z.ZodType>(value: S) =>
  z.discriminatedUnion('ok', [
    z.object({ ok: z.literal(true), value }),
    z.object({ ok: z.literal(false), refusal: Refusal }),
  ]);

/** The outcome of a command that was carried out. */
export const accepted = <T>(value: T): Result<T> => ({ ok: true, value });

/**
 * The outcome of one that was not.
 *
 * @param field the member of the request that is wrong, in the names of the contract.
 */
export const refused = (code: Refusal['code'], message: string, field?: string): { ok: false; refusal: Refusal } => ({
  ok: false,
  refusal: { code, message, ...(field === undefined ? {} : { field }) },
});
