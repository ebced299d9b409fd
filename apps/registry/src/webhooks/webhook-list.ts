import type { WebhookSummary } from '@sluice/contracts/registry-commands';
import { type DataSource, type FindOptionsWhere, IsNull, LessThan, Raw } from 'typeorm';
import { WebhookEntity } from './webhook.entity.js';
import { summaryOf } from './webhook-summary.js';

interface Wanted {
  limit: number;
  before?: string | undefined;
  search?: string | undefined;
  state?: WebhookSummary['state'] | undefined;
}

/**
 * A page of an account's webhooks of both dialects, the newest first: those older than `before`, or the newest of all. Ids
 * don't tell their order. One that was deleted meanwhile still says where the next page begins.
 */
export async function listWebhooks(
  database: DataSource,
  accountId: string,
  { limit, before, search, state }: Wanted,
): Promise<{ webhooks: WebhookSummary[]; more: boolean }> {
  // No text holds a NUL byte, and PostgreSQL takes none.
  if (search?.includes('\0')) return { webhooks: [], more: false };
  const where = {
    accountId,
    deletedAt: IsNull(),
    ...(before === undefined ? {} : { createdRevision: LessThan(await createdRevision(database, accountId, before)) }),
    ...(state === undefined ? {} : { state }),
  };
  const found = await database.manager.find(WebhookEntity, {
    where: search === undefined ? where : having(search).map((place) => ({ ...where, ...place })),
    order: { createdRevision: 'desc' },
    take: limit + 1,
  });
  return { webhooks: found.slice(0, limit).map(summaryOf), more: found.length > limit };
}

/** Any of the places that people know a webhook by has the text; its signs mean themselves. */
function having(search: string): FindOptionsWhere<WebhookEntity>[] {
  const has = Raw((column) => `strpos(lower(${column}), lower(:search)) > 0`, { search });
  return [{ id: has }, { endpoint: has }, { eventType: has }, { description: has }];
}

/** 0 when the account has no such webhook: nothing is older. */
async function createdRevision({ manager }: DataSource, accountId: string, id: string): Promise<number> {
  const webhook = id.includes('\0') ? null : await manager.findOneBy(WebhookEntity, { id, accountId });
  return webhook?.createdRevision ?? 0;
}
