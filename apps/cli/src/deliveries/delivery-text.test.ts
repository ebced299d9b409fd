import { expect, it } from 'vitest';
import { deliveryText } from './delivery-text.js';

const DELIVERY = {
  ...{ id: 'msg_1', webhook_id: '01M', state: 'pending', reason: 'HTTP 500', attempts_made: 2, last_status: 500 },
  event: { source: '/till', id: '7', type: 'till.rung', accepted_at: '2026-03-01T12:00:00.000Z' },
  ...{ next_attempt_at: '2026-03-01T12:05:05.000Z', ended_at: null },
  next: { at: '2026-03-01T12:05:05.000Z', because: 'attempt 2 failed (HTTP 500); attempt 3 of 10 follows' },
  attempts: [
    {
      ...{ number: 1, at: '2026-03-01T12:00:00.018Z', status: null, error: 'connection refused', latency_ms: 1.5 },
      ...{ response_headers: null, response_excerpt: '' },
    },
    {
      ...{ number: 2, at: '2026-03-01T12:00:05.018Z', status: 500, error: null, latency_ms: 12.5 },
      ...{ response_headers: { 'content-type': 'text/plain' }, response_excerpt: 'try \u001b[2Jagain\n' },
    },
  ],
  request: {
    ...{ method: 'POST', url: 'https://example.com/hook', headers: { 'webhook-signature': '•••' } },
    ...{ body: '{"n":12345678901234567890.10}', body_encoding: 'utf8', body_bytes: 29 },
  },
};

it('shows what it is, a time line with the reason of the next attempt, the answers, and the request with its digits', () => {
  expect(deliveryText(DELIVERY)).toBe(`delivery     msg_1
webhook      01M
event        7
source       /till
type         till.rung
state        pending: HTTP 500
attempts     2
last status  500

AT                        AFTER   WHAT
2026-03-01T12:00:00.000Z          event accepted
2026-03-01T12:00:00.018Z  +18 ms  attempt 1: connection refused in 1.5 ms
2026-03-01T12:00:05.018Z  +5.0 s  attempt 2: HTTP 500 in 12.5 ms
2026-03-01T12:05:05.000Z  +5 min  next attempt: attempt 2 failed (HTTP 500); attempt 3 of 10 follows

Answer to attempt 2
  content-type: text/plain

  try \\u001b[2Jagain

The request, as it would be made now
  POST https://example.com/hook
  webhook-signature: •••

  {
    "n": 12345678901234567890.10
  }`);
});

it('ends its time line with how it ended, and says what is not kept', () => {
  const ended = { state: 'exhausted', reason: '2 attempts failed', ended_at: '2026-03-01T12:00:05.100Z', next: null };
  const text = deliveryText({ ...DELIVERY, ...ended, request: null });
  expect(text).toMatch(/\+82 ms +exhausted: 2 attempts failed$/m);
  expect(text).not.toContain('next attempt');
  expect(text).toContain('(its event is no longer kept)');
});

it('does without what is known of its event, once that is gone', () => {
  const text = deliveryText({ ...DELIVERY, event: null });
  expect(text).toMatch(/^event +–$/m);
  expect(text).toMatch(/^AT +AFTER +WHAT\n2026-03-01T12:00:00.018Z +attempt 1/m);
});

it.each([
  [{ body: null, body_encoding: null, body_bytes: null }, '(the body is no longer kept)'],
  [{ body: 'AAE=', body_encoding: 'base64', body_bytes: 2 }, '(2 bytes that are no text; --json has them)'],
  [{ body: 'a\nb\u0007', body_encoding: 'utf8', body_bytes: 4 }, '  a\n  b\\u0007'],
  [
    { body: 'x'.repeat(5_000), body_encoding: 'utf8', body_bytes: 5_000 },
    'x\n  (so it begins, of 5000 bytes; --json has all)',
  ],
])('shows a body as it can be shown: %#', (body, shown) => {
  const text = deliveryText({ ...DELIVERY, request: { ...DELIVERY.request, ...body } });
  expect(text.endsWith(shown)).toBe(true);
});
