import { expect, test } from 'vitest';
import { aChangeEvent, anEvent, BASE, cellChange } from '../testing/samples.js';
import { changedBase, isTableChange, timestampOf } from './changed-base.js';

const change = (event: Parameters<typeof anEvent>[0] = {}) => aChangeEvent(cellChange(1), event);

test('a change is about the base that its source names, of the account that it is for', () => {
  expect(isTableChange(change())).toBe(true);
  expect(isTableChange(anEvent())).toBe(false);
  expect(changedBase(change())).toEqual({ accountId: 'account-1', baseId: BASE });
  const audience = { to: 'account', accountId: 'account-2' } as const;
  expect(changedBase(change({ audience }))).toEqual({ accountId: 'account-2', baseId: BASE });
  expect(changedBase(change({ audience: { to: 'all' } }))).toEqual({
    reason: expect.stringContaining('every account'),
  });
  expect(changedBase(change({ accountId: 'a\0' }))).toEqual({ reason: expect.stringContaining('account') });
  expect(changedBase(change({ source: '/bases/app' }))).toEqual({ reason: expect.stringContaining('"/bases/app"') });
});

test('a payload tells the time of the data, else of the event, else of its acceptance, always in one form', () => {
  const acceptedAt = '2026-03-01T12:00:02Z';
  const time = '2026-03-01T14:00:01.5+02:00';
  expect(timestampOf(change({ acceptedAt, time }), '2026-03-01T12:00:00.1234Z')).toBe('2026-03-01T12:00:00.123Z');
  expect(timestampOf(change({ acceptedAt, time }), undefined)).toBe('2026-03-01T12:00:01.500Z');
  expect(timestampOf(change({ acceptedAt, time: 'yesterday' }), undefined)).toBe('2026-03-01T12:00:02.000Z');
  expect(timestampOf(change({ acceptedAt, time: '+012026-03-01T12:00:00Z' }), undefined)).toBe(
    '2026-03-01T12:00:02.000Z',
  );
});
