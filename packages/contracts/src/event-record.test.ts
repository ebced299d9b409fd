import { expect, it } from 'vitest';
import {
  type EventAttributes,
  type EventStamp,
  eventHeaders,
  eventKey,
  precedes,
  readEventHeaders,
  type SluiceEvent,
} from './event-record.js';

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

it.each([
  ['ce_id', ''],
  ['ce_source', undefined],
  ['ce_type', ''],
  ['sluice_account', undefined],
  ['sluice_audience', 'everybody'],
  ['sluice_audience', undefined],
  ['sluice_accepted_at', '2026-01-02T03:04:05+01:00'],
  ['sluice_accepted_at', '2026-13-02T03:04:05Z'],
  ['sluice_accepted_at', 'yesterday'],
])('refuses %s %j, and names it', (name, value) => {
  const { [name]: _, ...others } = eventHeaders(event());
  const headers: Record<string, string> = value === undefined ? others : { ...others, [name]: value };
  expect(readEventHeaders(headers)).toEqual({ ok: false, reason: expect.stringMatching(`^${name} `) });
});

it('names everything that is wrong at once', () => {
  expect(readEventHeaders({ ce_specversion: '1.0' })).toEqual({
    ok: false,
    reason: expect.stringMatching(/ce_id .*ce_source .*ce_type .*account .*audience .*revision .*accepted_at /),
  });
});

it('keeps an event from webhooks that are certainly younger, and from no others', () => {
  expect(precedes(event().stamp, 8)).toBe(true);
  expect(precedes(event().stamp, 7)).toBe(false);
  expect(precedes(event({ exact: false }).stamp, 8)).toBe(false);
});

const keyOf = (attributes: Partial<EventAttributes>, stamp: Partial<EventStamp> = {}) => {
  const plain = event(stamp);
  return eventKey({ ...plain, attributes: { ...plain.attributes, ...attributes } });
};

it('keeps events with one subject in order, or with one id where there is no subject', () => {
  expect(keyOf({})).toBe('acc_1/c');
  expect(keyOf({ subject: undefined })).toBe('acc_1/1');
  expect(keyOf({ source: '/bases/appAAAAAAAAAAAAAA' })).toBe('acc_1/c');
});

it('keeps all changes of a base in order, whoever publishes them and whatever their subjects', () => {
  const change = { type: 'table.changed', source: '/bases/appAAAAAAAAAAAAAA' };
  const to = (accountId: string) => ({ audience: { to: 'account', accountId } as const });
  expect(keyOf(change)).toBe('acc_1/bases/appAAAAAAAAAAAAAA');
  expect(keyOf({ ...change, subject: undefined, id: '2' })).toBe(keyOf(change));
  expect(keyOf(change, { accountId: 'acc_9', ...to('acc_1') })).toBe(keyOf(change));
  expect(keyOf(change, to('acc_2'))).not.toBe(keyOf(change));
  expect(keyOf({ ...change, source: '/bases/appBBBBBBBBBBBBBB' })).not.toBe(keyOf(change));
});
