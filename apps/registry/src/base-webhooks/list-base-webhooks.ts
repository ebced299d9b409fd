import type { BaseWebhook } from '@sluice/contracts/airtable-commands';
import type { Clock } from '@sluice/service-kit/clock';
import type { DataSource } from 'typeorm';
import type { BaseCaller } from '../access/base-caller.js';
import { databaseTime } from '../database/database-time.js';
import { WebhookEntity } from '../webhooks/webhook.entity.js';
import { visibleTo } from './find-base-webhook.js';
import { stageOf } from './life.js';

/** The webhooks that the caller sees in a base, in the order of their creation (contract airtable 1.2). */
export async function listBaseWebhooks(
  { manager }: DataSource,
  clock: Clock,
  caller: BaseCaller,
): Promise<BaseWebhook[]> {
  const webhooks = await manager.find(WebhookEntity, { where: visibleTo(caller), order: { createdRevision: 'asc' } });
  const now = await databaseTime(manager, clock);
  return webhooks.flatMap((webhook) => {
    const stage = stageOf(webhook, now);
    if (stage === 'gone') return [];
    return {
      id: webhook.id,
      specification: webhook.specification!,
      notificationUrl: webhook.endpoint,
      areNotificationsEnabled: webhook.notificationsEnabled!,
      isHookEnabled: stage === 'active',
      expirationTime: webhook.expiresAt?.toISOString() ?? null,
    };
  });
}
