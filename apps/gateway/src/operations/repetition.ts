import { KEY_LENGTH_LIMIT } from '../idempotency/idempotency-key.js';
import { isRepeatable } from '../idempotency/repeatable.js';

/** The parameter of operations that may be repeated. */
export const IDEMPOTENCY_KEY = {
  name: 'Idempotency-Key',
  in: 'header',
  description: `1 to ${KEY_LENGTH_LIMIT} printable ASCII characters. Sent again with the same key, a request is carried out once, and answered with its first answer for 24 hours.`,
  schema: { type: 'string', minLength: 1, maxLength: KEY_LENGTH_LIMIT },
};

/** What an answer says that was given before. */
export const REPLAYED_HEADERS = {
  'Idempotency-Replayed': {
    description: '`true` when this is the first answer to the `Idempotency-Key`, given again; else absent.',
    schema: { type: 'string', const: 'true' },
  },
};

const REFERENCES = Object.fromEntries(
  Object.keys(REPLAYED_HEADERS).map((name) => [name, { $ref: `#/components/headers/${name}` }]),
);

/** They come before a request is looked up, or are not remembered. */
const NEVER_REPLAYED = new Set(['401', '413', '429', '431', '503']);

/** The headers of an operation's answer of this status that tell a repetition. */
export const replayedHeaders = (route: { method: string; path: string }, status: string): Record<string, object> =>
  isRepeatable(route) && !NEVER_REPLAYED.has(status) ? REFERENCES : {};

/** By status what a repetition can be refused for. */
export const REFUSALS_OF_REPETITIONS = {
  409: 'The first request with this `Idempotency-Key` is under way: ask again after `Retry-After`.',
  422: 'The `Idempotency-Key` was used for another request, or by another caller.',
};
