import { writeJson } from '@sluice/exact-json/write-json';
import { describe, expect, it } from 'vitest';
import { checkEndpoint, emptyForm, filterOfForm, optionsOf } from './webhook-form.js';

describe('the form of a webhook', () => {
  it.each([
    ['', 'none'],
    ['example.com', 'bad'],
    ['ftp://example.com/', 'bad'],
    ['https://user:secret@example.com/', 'bad'],
    ['https://example.com/#part', 'bad'],
    ['http://example.com/', 'warn'],
    ['https://example.com/hook?x=1', 'good'],
  ])('says of the endpoint %j: %s', (typed, tone) => expect(checkEndpoint(typed).tone).toBe(tone));

  it('takes an empty option for none, and leaves what is no number to the API', () => {
    expect(optionsOf(emptyForm)).toEqual({
      description: null,
      ordering: 'none',
      rate_limit: null,
      concurrency: null,
      retry_schedule: null,
    });
    expect(optionsOf({ ...emptyForm, rateLimit: '2.5', retrySchedule: '0, 60,3600' })).toMatchObject({
      rate_limit: 2.5,
      retry_schedule: [0, 60, 3600],
    });
  });

  it('keeps every digit of a filter', () => {
    const filter = filterOfForm({ ...emptyForm, filter: '{ "a": 1152921504606846977 }' });
    expect(filter === null ? null : writeJson(filter)).toBe('{"a":1152921504606846977}');
    expect(filterOfForm(emptyForm)).toBeNull();
  });
});
