import { ShiftedClock } from '@sluice/service-kit/clock';
import { createLogger } from '@sluice/service-kit/logger';
import { expect, it } from 'vitest';
import { aWebhook } from '../testing/samples.js';
import { WebhookIndex } from '../webhooks/webhook-index.js';
import { RecentWebhooks } from './recent-webhooks.js';

it('a webhook that is again what it was before has another version, the same at every dispatcher', () => {
  const versions = () => {
    const index = new WebhookIndex(createLogger({ service: 'test', level: 'silent' }));
    const recent = new RecentWebhooks(new ShiftedClock());
    const enabled = aWebhook({ id: 'webhook-1', state: 'enabled' });
    const states = [enabled, { ...enabled, state: 'paused' as const }, enabled, null];
    for (const [at, webhook] of states.entries()) {
      const changed = index.apply({ revision: at + 1, webhookId: enabled.id, webhook });
      recent.webhooksChanged(changed === undefined ? [] : [changed]);
    }
    return recent.of(enabled.accountId, 1_000).map(({ version }) => version);
  };
  expect(new Set(versions()).size).toBe(4);
  expect(versions()).toEqual(versions());
});
