import type { AirtableWebhooks } from '@sluice/contracts/airtable-commands';
import { accepted, type Result } from '@sluice/contracts/result';
import type { Clock } from '@sluice/service-kit/clock';
import type { Logger } from '@sluice/service-kit/logger';
import type { DataSource } from 'typeorm';
import type { BaseAccess } from '../access/base-access.js';
import type { BaseCaller, BaseNeed } from '../access/base-caller.js';
import type { BaseWebhookCreation } from '../base-webhooks/create-base-webhook.js';
import type { BaseWebhookDeletion } from '../base-webhooks/delete-base-webhook.js';
import type { BaseWebhookInvalidation } from '../base-webhooks/invalidate-base-webhook.js';
import { listBaseWebhooks } from '../base-webhooks/list-base-webhooks.js';
import type { PayloadReading } from '../base-webhooks/read-payloads.js';
import { readSpecification } from '../base-webhooks/read-specification.js';
import type { BaseWebhookRefresh } from '../base-webhooks/refresh-base-webhook.js';
import type { NotificationSwitch } from '../base-webhooks/switch-notifications.js';
import type { Feed } from '../feed/feed.js';

/** What the commands about Airtable's webhooks are made of. */
export interface AirtableParts {
  database: DataSource;
  clock: Clock;
  baseAccess: BaseAccess;
  baseWebhooks: {
    creation: BaseWebhookCreation;
    reading: PayloadReading;
    refresh: BaseWebhookRefresh;
    notifications: NotificationSwitch;
    deletion: BaseWebhookDeletion;
    invalidation: BaseWebhookInvalidation;
  };
  feed: Feed;
  logger: Logger;
}

/** The commands about Airtable's webhooks, each with what the caller's credential must allow in the base. */
export function airtableCommandsOf(parts: AirtableParts): AirtableWebhooks {
  const { database, clock, baseAccess, feed } = parts;
  const { creation, reading, refresh, notifications, deletion, invalidation } = parts.baseWebhooks;

  const allowed = async <T>(
    { credential, baseId }: { credential: string; baseId: string },
    need: BaseNeed,
    act: (caller: BaseCaller) => Promise<Result<T>>,
  ): Promise<Result<T>> => {
    const caller = await baseAccess.of(credential, baseId, need);
    return caller.ok ? act(caller.value) : caller;
  };

  /** One line for each change that was carried out. */
  const logged = <T>(
    result: Result<T>,
    fact: string,
    { accountId, actor, baseId }: BaseCaller,
    fields: (value: T) => Record<string, unknown>,
  ): Result<T> => {
    if (result.ok) parts.logger.info({ accountId, keyId: actor, baseId, ...fields(result.value) }, fact);
    return result;
  };

  return {
    createBaseWebhook: async ({ credential, baseId, specification, notificationUrl, from }) => {
      const options = readSpecification(specification);
      const dataTypes = options.ok ? options.value.filters.dataTypes : [];
      const caller = await baseAccess.of(credential, baseId, 'create', dataTypes);
      if (!caller.ok) return caller;
      if (!options.ok) return options;
      const wanted = { notificationUrl, specification, options: options.value, from };
      const created = await creation.create(caller.value, wanted);
      return logged(created, 'webhook.created', caller.value, ({ id, revision }) => ({ webhookId: id, revision }));
    },

    listBaseWebhooks: (base) =>
      allowed(base, 'list', async (caller) => accepted({ webhooks: await listBaseWebhooks(database, clock, caller) })),

    readPayloads: ({ webhookId, ...base }) => allowed(base, 'payloads', (caller) => reading.begin(caller, webhookId)),

    visibleWebhooks: async ({ credential, baseId, webhookIds }) => {
      const caller = await baseAccess.uncounted(credential, baseId, 'list');
      if (!caller.ok) return caller;
      const visible = new Set((await listBaseWebhooks(database, clock, caller.value)).map(({ id }) => id));
      return accepted({ webhookIds: webhookIds.filter((id) => visible.has(id)) });
    },

    refreshBaseWebhook: ({ webhookId, from, ...base }) =>
      allowed(base, 'refresh', async (caller) =>
        logged(await refresh.refresh(caller, webhookId, from), 'webhook.refreshed', caller, () => ({ webhookId })),
      ),

    enableNotifications: ({ webhookId, enable, from, ...base }) =>
      allowed(base, 'toggle', async (caller) =>
        logged(
          await notifications.turn(caller, webhookId, enable, from),
          'webhook.notifications_switched',
          caller,
          ({ revision }) => ({ webhookId, enable, revision }),
        ),
      ),

    deleteBaseWebhook: ({ webhookId, from, ...base }) =>
      allowed(base, 'delete', async (caller) =>
        logged(await deletion.delete(caller, webhookId, from), 'webhook.deleted', caller, ({ revision }) => ({
          webhookId,
          revision,
        })),
      ),

    disableNotifications: async ({ webhookId, reason }) => {
      const revision = await notifications.giveUp(webhookId, reason);
      if (revision !== null) parts.logger.info({ webhookId, reason, revision }, 'webhook.notifications_given_up');
      return { revision: revision ?? (await feed.revision()) };
    },

    invalidateWebhook: async ({ webhookId, reason }) => {
      const revision = await invalidation.invalidate(webhookId, reason);
      if (revision !== null) parts.logger.info({ webhookId, reason, revision }, 'webhook.invalidated');
      return { revision: revision ?? (await feed.revision()) };
    },
  };
}
