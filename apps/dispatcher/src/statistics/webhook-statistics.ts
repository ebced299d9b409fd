import type { Dispatcher } from '@sluice/contracts/dispatcher-commands';
import type { Registry } from '@sluice/contracts/registry-commands';
import { accepted, refused } from '@sluice/contracts/result';
import type { Clock } from '@sluice/service-kit/clock';
import type { Pool } from 'pg';
import type { TimeSlices } from '../waiting/time-slices.js';
import type { CurrentIndex } from '../webhooks/current-index.js';
import { checkBreadth, rangeOf } from './asked-range.js';
import { readLastDeliveries } from './last-deliveries.js';
import { byTheHour } from './outcome-sums.js';
import { readRollups } from './read-rollups.js';

export interface WebhookStatisticsParts {
  pool: Pool;
  clock: Clock;
  registry: Pick<Registry, 'getWebhook' | 'authorize'>;
  current: Pick<CurrentIndex, 'webhook'>;
  slices: TimeSlices;
}

interface WebhookCounts extends Awaited<ReturnType<typeof byTheHour>> {
  webhookId: string;
  lastDeliveryAt: string | null;
}

/** The dispatcher's commands: how webhooks fared, for their owner alone. */
export const serveStatistics = ({
  pool,
  clock,
  registry,
  current,
  slices,
}: WebhookStatisticsParts): Pick<Dispatcher, 'webhookStatistics' | 'statisticsOfWebhooks'> => ({
  async webhookStatistics({ credential, webhookId, ...asked }) {
    const webhook = await registry.getWebhook({ credential, webhookId });
    if (!webhook.ok) return webhook;
    const range = rangeOf(asked, clock.nowMs());
    if (!range.ok) return range;
    const { fromMs, toMs } = range.value;
    const hours = await readRollups(pool, [webhookId], fromMs, toMs);
    return accepted({ ...bounds(range.value), ...(await byTheHour(hours.get(webhookId) ?? [], slices)) });
  },

  async statisticsOfWebhooks({ credential, webhookIds, ...asked }) {
    const caller = await registry.authorize({ credential, purpose: 'read' });
    if (!caller.ok) return caller;
    const range = rangeOf(asked, clock.nowMs());
    if (!range.ok) return range;
    const ids = [...new Set(webhookIds)];
    const bounded = checkBreadth(ids.length, range.value);
    if (!bounded.ok) return bounded;
    const asking = ids.map((id) => current.webhook(id));
    const theirs = (await Promise.all(asking)).flatMap((indexed) =>
      indexed?.webhook.accountId === caller.value.accountId ? [indexed.id] : [],
    );
    if (theirs.length === 0) return refused('not_found', 'there is no such webhook', 'webhook_ids');
    const [hours, last] = await Promise.all([
      readRollups(pool, theirs, range.value.fromMs, range.value.toMs),
      readLastDeliveries(pool, theirs),
    ]);
    const webhooks: WebhookCounts[] = [];
    for (const webhookId of theirs) {
      const counted = await byTheHour(hours.get(webhookId) ?? [], slices);
      webhooks.push({ webhookId, ...counted, lastDeliveryAt: last.get(webhookId)?.toISOString() ?? null });
    }
    return accepted({ ...bounds(range.value), webhooks });
  },
});

const bounds = ({ fromMs, toMs }: { fromMs: number; toMs: number }) => ({
  from: new Date(fromMs).toISOString(),
  to: new Date(toMs).toISOString(),
});
