import { describe, expect, test } from 'vitest';
import type { AttemptResult } from '../deliver/endpoint-attempt.js';
import { aBaseWebhook, aDelivery, aPing, aWebhook } from '../testing/samples.js';
import { airtable } from './airtable.js';
import { render } from './dialects.js';

const NOW = Date.parse('2022-02-01T21:25:05.663Z');
const webhook = aBaseWebhook({
  id: 'ach00000000000000',
  baseId: 'app00000000000000',
  macSecretBase64: 'c2VjcmV0LWtleQ==',
});

test('a ping is the compact body with its MAC: the known vector', () => {
  const { headers, body } = render(aPing(), webhook, NOW);
  expect(String(body)).toBe(
    '{"base":{"id":"app00000000000000"},"webhook":{"id":"ach00000000000000"},"timestamp":"2022-02-01T21:25:05.663Z"}',
  );
  expect(headers).toEqual([
    'content-type',
    'application/json',
    'user-agent',
    'Sluice',
    'X-Airtable-Content-MAC',
    'hmac-sha256=6486781ffbbd5e9ed3bd9137d539ab9dceec8dba7c65c6cbf3c8c3ceefbf8802',
  ]);
});

test('a webhook gets what is of its dialect', () => {
  expect(() => render(aPing(), aWebhook(), NOW)).toThrow('a webhook of the dialect airstack gets no ping');
  expect(() => render(aDelivery(), webhook, NOW)).toThrow('a webhook of the dialect airtable gets no event');
});

describe('an answer', () => {
  const judged = (result: Partial<AttemptResult>, attempt = 1) =>
    airtable.judge(
      aPing({ attempt }),
      aBaseWebhook(),
      { status: 200, error: null, retryAfter: undefined, headers: null, excerpt: Buffer.of(), ...result },
      NOW,
    );

  test.each([200, 204])('of %d is a success', (status) => {
    expect(judged({ status }, 14).verdict).toEqual({ state: 'delivered' });
  });

  test.each([201, 202, 206, 301, 304, 400, 404, 410, 429, 500, 503])('of %d is a failure like others', (status) => {
    const { conclusion, verdict, askedMs, turnOff } = judged({ status, retryAfter: '3600' });
    expect({ conclusion, askedMs, turnOff }).toEqual({ conclusion: 'failed', askedMs: null, turnOff: undefined });
    expect(verdict).toMatchObject({ state: 'pending' });
    expect((verdict as { dueInMs: number }).dueInMs).toBeLessThanOrEqual(10_000);
  });

  test('that breaks off is a failure, whatever its status', () => {
    expect(judged({ status: 200, error: 'timeout' }).conclusion).toBe('failed');
    expect(judged({ status: null, error: 'connection refused' }).conclusion).toBe('failed');
  });

  test('to the 13th retry is the last: notifications are turned off, or it is repeated until they are', () => {
    expect(judged({ status: 500 }, 13).turnOff).toBeUndefined();
    for (const attempt of [14, 15]) {
      const { verdict, turnOff } = judged({ status: 500 }, attempt);
      expect(verdict.state).toBe('exhausted');
      expect(turnOff).toMatchObject({ command: 'disableNotifications', otherwise: { state: 'pending' } });
    }
  });
});
