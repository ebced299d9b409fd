import { expect, test } from 'vitest';
import { aDelivery, anEvent, aWebhook } from '../testing/samples.js';
import { IndexedWebhook } from '../webhooks/indexed-webhook.js';
import { endedByDisabling } from './ended-by-disabling.js';

const AT = Date.parse('2026-06-01T12:00:00Z');
const webhook = new IndexedWebhook(aWebhook({ enabledAt: new Date(AT).toISOString(), enabledRevision: 5 }));
const before = anEvent({ revision: 4 });

test('what came before its webhook was enabled ended, whatever it had become by then', () => {
  expect(endedByDisabling(aDelivery({ event: before }), webhook)).toBe(true);
  const origin = { kind: 'pending', lease: 'lease' } as const;
  expect(endedByDisabling(aDelivery({ event: before, origin }), webhook)).toBe(true);
  expect(endedByDisabling(aDelivery({ event: anEvent({ revision: 5 }), origin }), webhook)).toBe(false);
});

test('what was sent again by hand since then goes on', () => {
  const again = (sinceMs: number) => aDelivery({ event: before, run: { sinceMs, firstAttempt: 2 } });
  expect(endedByDisabling(again(AT - 1), webhook)).toBe(true);
  expect(endedByDisabling(again(AT), webhook)).toBe(false);
});
