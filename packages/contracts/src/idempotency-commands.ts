import { z } from 'zod';
import type { CommandTable } from './commands.js';
import { resultOf } from './result.js';

/** An answer of our API as it left. */
export const RememberedAnswer = z.object({
  status: z.number().int(),
  contentType: z.string(),
  body: z.string(),
  /** The header of that name; absent where it had none, and in what older versions remembered. */
  etag: z.string().optional(),
});
export type RememberedAnswer = z.infer<typeof RememberedAnswer>;

/** An account's request under an `Idempotency-Key`. */
const keyed = {
  /** The caller's own key as it came with the request. */
  credential: z.string(),
  key: z.string().min(1).max(255),
};

/** Requests that may be repeated without being carried out again, for 24 h and over all gateways. */
export const idempotencyCommands = {
  /**
   * What a request under a key is: the `first`, to be carried out and settled under the lease; a repetition of one that was
   * `answered`, or is `under_way`; or, under the same key, `another`.
   */
  beginRequest: {
    request: z.object({
      ...keyed,
      /** Hash of all that makes the request what it is: base64. */
      fingerprint: z.string(),
    }),
    response: resultOf(
      z.discriminatedUnion('is', [
        z.object({ is: z.literal('first'), lease: z.string() }),
        z.object({ is: z.literal('answered'), answer: RememberedAnswer }),
        z.object({ is: z.literal('under_way') }),
        z.object({ is: z.literal('another') }),
      ]),
    ),
  },
  /** The first request was answered so; null when that is not to be remembered, and the key is free. */
  settleRequest: {
    request: z.object({ ...keyed, lease: z.string(), answer: RememberedAnswer.nullable() }),
    response: resultOf(z.object({})),
  },
} satisfies CommandTable;
