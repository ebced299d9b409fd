import type { WebhookSummary } from '@sluice/contracts/registry-commands';
import { type DataSource, IsNull, LessThan } from 'typeorm';
import { WebhookEntity } from './webhook.entity.js';
import { summaryOf } from './webhook-summary.js';

/**
 * A page of an account's webhooks of both dialects, the newest first: those older than `before`, or the newest of all. Ids
 * don't tell their order. One that was deleted meanwhile still says where the next page begins.
 */
export async function listWebhooks(
  database: DataSource,
  accountId: string,
  { limit, before }: { limit: number; before?: string | undefined },
): Promise<{ webhooks: WebhookSummary[]; more: boolean }> {
  const older =
    before === undefined ? {} : { createdRevision: LessThan(await createdRevision(database, accountId, before)) };
  const found = await database.manager.find(WebhookEntity, {
    where: { accountId, deletedAt: IsNull(), ...older },
    order: { createdRevision: 'desc' },
    take: limit + 1,
  });
  return { webhooks: found.slice(0, limit).map(summaryOf), more: found.length > limit };
}

/** 0 when the account has no such webhook: nothing is older. */
async function createdRevision({ manager }: DataSource, accountId: string, id: string): Promise<number> {
  const webhook = id.includes('\0') ? null : await manager.findOneBy(WebhookEntity, { id, accountId });
  return webhook?.createdRevision ?? 0;
}
