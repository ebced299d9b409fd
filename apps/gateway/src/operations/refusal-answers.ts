import { z } from 'zod';
import { isRepeatable } from '../idempotency/repeatable.js';
import type { DescribedRoute } from './described-routes.js';
import { REFUSALS_OF_REPETITIONS } from './repetition.js';

/** A face's way of refusing: the content type and body of every refusal of its paths. */
export interface RefusalForm {
  contentType: string;
  schema: z.ZodType;
}

const Problem = z
  .looseObject({
    type: z.string().meta({ description: 'Always `about:blank`: the status says what kind of problem it is.' }),
    title: z.string().meta({ description: 'The name of the status.' }),
    status: z.int().meta({ description: 'The status of the answer.' }),
    detail: z.string().meta({ description: 'What is wrong, for people.' }),
    errors: z
      .array(
        z.object({
          path: z.string().meta({ description: 'Of what is wrong: `retry_schedule.2`; empty for the whole.' }),
          message: z.string().meta({ description: 'What is wrong with it.' }),
        }),
      )
      .optional()
      .meta({ description: 'What is wrong where: members of the body and query parameters by their path.' }),
  })
  .meta({
    id: 'Problem',
    description: 'Problem details (RFC 9457).',
    examples: [
      {
        type: 'about:blank',
        title: 'Bad Request',
        status: 400,
        detail: 'endpoint is required and missing',
        errors: [{ path: 'endpoint', message: 'is required and missing' }],
      },
    ],
  });

const AirstackRefusal = z
  .object({
    authentication: z.object({}).optional().meta({ description: 'Empty; absent where a filter is tested.' }),
    status: z.literal(false).meta({ description: 'It was not done.' }),
    success: z
      .literal(false)
      .optional()
      .meta({ description: 'Where a filter is tested: it is wrong, or the sample does not satisfy it.' }),
    message: z.string().meta({ description: 'What is wrong, for people.' }),
  })
  .meta({
    id: 'AirstackRefusal',
    examples: [{ authentication: {}, status: false, message: 'endpoint is required and missing' }],
  });

const AirtableRefusal = z
  .object({
    error: z
      .union([
        z.string(),
        z.object({
          type: z.string().meta({ description: 'What programs tell it by.' }),
          message: z.string().meta({ description: 'What is wrong, for people.' }),
        }),
      ])
      .meta({ description: 'A name alone, as in `NOT_FOUND`, or with a message.' }),
  })
  .meta({
    id: 'AirtableRefusal',
    examples: [
      { error: { type: 'AUTHENTICATION_REQUIRED', message: 'Authentication required' } },
      { error: 'NOT_FOUND' },
    ],
  });

const JSON_TYPE = 'application/json';
const OWN: RefusalForm = { contentType: 'application/problem+json', schema: Problem };
const AIRSTACK: RefusalForm = { contentType: JSON_TYPE, schema: AirstackRefusal };
const AIRTABLE: RefusalForm = { contentType: JSON_TYPE, schema: AirtableRefusal };

/** How the face of that path tells a refusal. */
export function refusalFormOf(path: string): RefusalForm {
  if (path.startsWith('/api/')) return AIRSTACK;
  return path.startsWith('/v0/') ? AIRTABLE : OWN;
}

const WRONG = 'Something in the request is wrong, or not known here.';
const TOO_LONG = 'Path, query and headers are larger than 16 KiB together.';
const OF_CALLERS = {
  401: 'No credential, or one that does not count.',
  403: 'The credential may not do this.',
  429: 'Beyond the rate of the credential, or of a number that is limited.',
  503: 'A part of the service is away: ask again later.',
};
const OF_BODIES = { 413: 'The body is larger than 1 MiB.', 415: 'The body is of a type that is not read here.' };

/** By status all that an operation can refuse, and what it means. What the operation says itself comes first. */
export function refusalsOf({ method, path, operation }: DescribedRoute): [status: string, meaning: string][] {
  const { access, absent, body, rawBody, refusals = {} } = operation;
  const takesBody = body !== undefined || rawBody !== undefined || method === 'post';
  const meanings = new Map<string, string>([
    ['400', WRONG],
    ['431', TOO_LONG],
  ]);
  const say = (more: Readonly<Record<number, string>>) => {
    for (const [status, meaning] of Object.entries(more)) meanings.set(status, meaning);
  };
  if (access !== 'anyone') say(OF_CALLERS);
  if (absent !== undefined) say({ 404: `${absent.charAt(0).toUpperCase()}${absent.slice(1)}.` });
  if (takesBody) say(OF_BODIES);
  say(refusals);
  if (isRepeatable({ method, path })) {
    for (const [status, meaning] of Object.entries(REFUSALS_OF_REPETITIONS)) {
      meanings.set(status, [meanings.get(status), meaning].filter((text) => text !== undefined).join(' '));
    }
  }
  return [...meanings].sort(([one], [other]) => Number(one) - Number(other));
}
