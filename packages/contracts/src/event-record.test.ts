import { expect, it } from 'vitest';
import { type EventStamp, eventHeaders, precedes, readEventHeaders, type SluiceEvent } from './event-record.js';

const event = (stamp: Partial<EventStamp> = {}): SluiceEvent => ({
  attributes: {
    id: '1',
    source: '/a',
    type: 'b',
    subject: 'c',
    datacontenttype: 'application/json',
    extensions: { traceparent: '00-1' },
  },
  stamp: {
    accountId: 'acc_1',
    audience: { to: 'own' },
    revision: 7,
    exact: true,
    acceptedAt: '2026-01-02T03:04:05.678Z',
    ...stamp,
  },
  data: Buffer.from('{}'),
});

it.each<Partial<EventStamp>>([
  {},
  { exact: false },
  { audience: { to: 'all' } },
  { audience: { to: 'account', accountId: 'acc_2' } },
])('reads from the headers what was written to them: %j', (stamp) => {
  const { attributes, stamp: written } = event(stamp);
  expect(readEventHeaders(eventHeaders(event(stamp)))).toEqual({ ok: true, attributes, stamp: written });
});

it.each(['', '-1', '7 ', '7++', 'x', '1e3', '9'.repeat(16)])('refuses the revision %j, and names it', (revision) => {
  const headers = { ...eventHeaders(event()), sluice_revision: revision };
  expect(readEventHeaders(headers)).toMatchObject({ ok: false, reason: expect.stringContaining('revision') });
});

it('keeps an event from webhooks that are certainly younger, and from no others', () => {
  expect(precedes(event().stamp, 8)).toBe(true);
  expect(precedes(event().stamp, 7)).toBe(false);
  expect(precedes(event({ exact: false }).stamp, 8)).toBe(false);
});
