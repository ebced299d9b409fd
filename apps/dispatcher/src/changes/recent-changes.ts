import type { Follow } from '@sluice/contracts/follow-commands';
import type { Registry } from '@sluice/contracts/registry-commands';
import { accepted } from '@sluice/contracts/result';
import type { Clock } from '@sluice/service-kit/clock';
import type { Pool } from 'pg';
import { readJobVersions, readTouchedWebhooks } from './recent-outcomes.js';
import type { RecentWebhooks } from './recent-webhooks.js';

export interface RecentChangesParts {
  registry: Pick<Registry, 'authorize'>;
  pool: Pool;
  clock: Clock;
  webhooks: RecentWebhooks;
}

/** The dispatcher's command: what is another now than a while ago, of whatever dispatcher's doing. */
export const recentChangesCommand =
  ({ registry, pool, clock, webhooks }: RecentChangesParts): Follow['recentChanges'] =>
  async ({ credential, withinMs }) => {
    const caller = await registry.authorize({ credential, purpose: 'read' });
    if (!caller.ok) return caller;
    const { accountId } = caller.value;
    const [touched, jobs] = await Promise.all([
      readTouchedWebhooks(pool, accountId, withinMs, clock.shiftMs),
      readJobVersions(pool, accountId),
    ]);
    return accepted({ webhooks: [...touched, ...webhooks.of(accountId, withinMs)], jobs });
  };
