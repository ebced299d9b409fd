import type { OperationDefinition } from './operation.js';

const integer = { type: 'integer' };

/** What every answer to a right API key says of its rate. */
export const RATE_LIMIT_HEADERS = {
  'RateLimit-Limit': { description: 'Requests of this key that are taken in a second.', schema: integer },
  'RateLimit-Remaining': { description: 'How many of them are left.', schema: integer },
  'RateLimit-Reset': { description: 'In how many seconds all are there again.', schema: integer },
};

const REFERENCES = Object.fromEntries(
  Object.keys(RATE_LIMIT_HEADERS).map((name) => [name, { $ref: `#/components/headers/${name}` }]),
);

/** The headers of an operation's answers, by reference: of one that asks for an API key, else none. */
export const rateLimitHeaders = ({ access }: OperationDefinition): Readonly<Record<string, object>> =>
  access === 'anyone' || access === 'base' ? {} : REFERENCES;
