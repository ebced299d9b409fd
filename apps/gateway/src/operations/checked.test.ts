import { expect, it } from 'vitest';
import { z } from 'zod';
import { NewKey } from '../manage/accounts/account-schemas.js';
import { NewJob } from '../manage/jobs/job-schemas.js';
import { NewSource } from '../manage/sources/source-schemas.js';
import { NewWebhook } from '../manage/webhooks/webhook-schemas.js';
import { Fault, type FaultEntry } from '../refusals/fault.js';
import { checked } from './checked.js';

/** What is told of a value that a schema does not take, by path. */
function told(schema: Parameters<typeof checked>[0], value: unknown): Record<string, string> {
  try {
    checked(schema, value);
  } catch (fault) {
    if (!(fault instanceof Fault)) throw fault;
    return Object.fromEntries((fault.details.errors ?? []).map(({ path, message }: FaultEntry) => [path, message]));
  }
  throw new Error('it was taken');
}

const MOMENT = 'must be a date and time of ISO 8601 with its zone, like 2026-03-01T12:00:00Z';
const UNKNOWN = 'is not known here';

it.each([
  [{ kind: 'resend', webhook_ids: 'x', since: 'bad', rate: -1 }, ['rate', 'since', 'webhook_ids']],
  [{ kind: 'resend', states: ['lost'] }, ['since', 'states.0', 'webhook_ids']],
  [{ kind: 'resend', delivery_id: 7, other: 1 }, ['delivery_id', 'other']],
  [{ kind: 'replay', webhook_ids: [7], from: 'x', other: 1 }, ['as', 'from', 'other', 'webhook_ids.0']],
  [{ kind: 'backfill', start_from: 7 }, ['start_from', 'webhook_id']],
])('of the jobs that %j could be, what is wrong with the one that is meant is told', (job, paths) => {
  expect(Object.keys(told(NewJob, job)).sort()).toEqual(paths);
});

it('of something of no kind the kinds are told', () => {
  expect(told(NewJob, { kind: 'undo' })).toEqual({ kind: 'must be one of resend, replay, backfill, try_now' });
  expect(told(NewJob, {})).toEqual({ kind: 'is required and missing: one of resend, replay, backfill, try_now' });
});

it.each([
  [{ pointer: 7 }, 'mapping.type.pointer', 'must be a JSON pointer: "" or "/a/b"'],
  [{ key: false }, 'mapping.type.key', 'must be true'],
  [{ header: '' }, 'mapping.type.header', 'must not be empty: the name of a header'],
  [{}, 'mapping.type', expect.stringContaining('exactly one member')],
  [{ pointer: '/a', header: 'b' }, 'mapping.type', expect.stringContaining('exactly one member')],
  [7, 'mapping.type', expect.stringContaining('exactly one member')],
])('of a place that is %j what is wrong is told where it is', (type, path, message) => {
  expect(told(NewSource, { topic: 't', format: 'json', mapping: { type } })).toEqual({ [path]: message });
});

it('of a member of the wrong kind nothing else is told, and nothing twice', () => {
  const detail = (schema: Parameters<typeof checked>[0], value: unknown, from?: 'query') => {
    expect(() => checked(schema, value, from)).toThrow(Fault);
    try {
      checked(schema, value, from);
    } catch (fault) {
      return (fault as Fault).message;
    }
  };
  const webhook = { endpoint: 'https://example.com/', event_type: 'a.b' };
  expect(detail(NewWebhook, { ...webhook, endpoint: [] })).toBe('endpoint must be a string that is not empty');
  expect(detail(NewWebhook, { ...webhook, retry_schedule: '' })).toBe('retry_schedule must be an array');
  expect(detail(NewWebhook, { ...webhook, description: ['a', 'b'] })).toBe('description must be a string');
  const search = z.strictObject({ search: z.string() });
  expect(detail(search, { search: ['a', 'b'] }, 'query')).toBe('search must be given once, as a string');
});

it('all that is wrong with a body is told at once: what is not known, what is missing, and wrong values', () => {
  expect(told(NewWebhook, { endpoint: 7, rate_limit: 'x', retry_schedule: [1, -1], other: 1 })).toEqual({
    endpoint: 'must be a string that is not empty',
    event_type: 'is required and missing',
    rate_limit: 'must be a number',
    'retry_schedule.1': 'must be at least 0',
    other: UNKNOWN,
  });
  expect(told(NewKey, JSON.parse('{"kind":"x","scopes":["q"],"expires_at":"x","__proto__":1}'))).toEqual({
    kind: 'must be one of live, test, admin',
    'scopes.0': 'must be one of read, write, publish, admin',
    expires_at: MOMENT,
    ['__proto__']: UNKNOWN,
  });
});
