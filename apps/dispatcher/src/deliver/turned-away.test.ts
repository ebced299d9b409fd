import type { FilterWebhook } from '@sluice/contracts/webhook-feed';
import { createLogger } from '@sluice/service-kit/logger';
import { describe, expect, test } from 'vitest';
import type { Run } from '../model/delivery.js';
import { aDelivery, anEvent, aWebhook } from '../testing/samples.js';
import { WebhookIndex } from '../webhooks/webhook-index.js';
import { turnedAway } from './turned-away.js';

const AT = Date.parse('2026-06-01T12:00:00Z');
const enabled = { enabledAt: new Date(AT).toISOString(), enabledRevision: 5 };

/** What becomes of a pending delivery of an event of revision 4 when its webhook is so. */
function becomes(webhook: Partial<FilterWebhook> | null, { revision = 9, run }: { revision?: number; run?: Run } = {}) {
  const index = new WebhookIndex(createLogger({ service: 'test', level: 'silent' }));
  index.apply({ revision: 1, webhookId: 'webhook-1', webhook: webhook === null ? null : aWebhook(webhook) });
  index.reached(revision);
  const origin = { kind: 'pending', lease: 'lease' } as const;
  return turnedAway(aDelivery({ event: anEvent({ revision: 4 }), origin, ...(run && { run }) }), index);
}

describe('a delivery that is turned away', () => {
  test('stays where it is while its webhook is paused', () => {
    expect(becomes({ state: 'paused' })).toBeNull();
  });

  test('ends with a webhook that is disabled, that was disabled meanwhile, or deleted', () => {
    const disabled = { state: 'cancelled', reason: 'the webhook was disabled' };
    expect(becomes({ state: 'disabled' })).toEqual(disabled);
    expect(becomes(enabled)).toEqual(disabled);
    expect(becomes(enabled, { run: { sinceMs: AT - 1, firstAttempt: 2 } })).toEqual(disabled);
    expect(becomes(null)).toEqual({ state: 'cancelled', reason: 'the webhook was deleted' });
  });

  test('waits for a webhook that is not known here yet', () => {
    expect(becomes(null, { revision: 3 })).toMatchObject({ state: 'pending' });
  });
});
