import { expect, test } from 'vitest';
import { anEvent, aWebhook } from '../testing/samples.js';
import { tooEarly } from './too-early.js';

const stamp = (revision: number, exact = true) =>
  anEvent({ revision, exact, acceptedAt: '2026-06-01T12:00:00.000Z' }).stamp;
const webhook = aWebhook({ createdRevision: 5 });

test('what was certainly accepted before a webhook was created is not for it, unless it starts earlier', () => {
  expect(tooEarly(stamp(4), webhook)).toBe('its creation');
  expect(tooEarly(stamp(5), webhook)).toBeNull();
  expect(tooEarly(stamp(4, false), webhook)).toBeNull();
  const from = (startFrom: string) => tooEarly(stamp(4), { ...webhook, startFrom });
  expect(from('earliest')).toBeNull();
  expect(from('2026-06-01T12:00:00.000Z')).toBeNull();
  expect(from('2026-06-01T12:00:00.001Z')).toBe('its creation');
});

test('what was accepted before a webhook was enabled anew is not for it, wherever it starts', () => {
  const enabled = { ...webhook, enabledRevision: 9, startFrom: 'earliest' };
  expect([tooEarly(stamp(8), enabled), tooEarly(stamp(9), enabled)]).toEqual(['its being enabled', null]);
});
