import type { Registry } from '@sluice/contracts/registry-commands';
import { accepted } from '@sluice/contracts/result';
import type { Access } from '../access/access.js';
import { Acting } from '../access/acting.js';
import type { Catalogue } from '../catalogue/catalogue.js';
import type { Accounts } from '../credentials/accounts.js';
import type { Keys } from '../credentials/keys.js';
import type { FollowerLeases } from '../feed/follower-leases.js';
import type { IdempotentRequests } from '../idempotency/idempotent-requests.js';
import type { PortalLinks } from '../portal-links/portal-links.js';
import type { PortalSessions } from '../portal-links/portal-sessions.js';
import type { WebhookCreation } from '../webhooks/create-webhook.js';
import type { WebhookDeletion } from '../webhooks/delete-webhook.js';
import type { WebhookDisabling } from '../webhooks/disable-webhook.js';
import type { WebhookSecretRotation } from '../webhooks/rotate-secret.js';
import type { WebhookStarts } from '../webhooks/start-webhook-from.js';
import type { WebhookSwitches } from '../webhooks/switch-webhook.js';
import type { WebhookUpdate } from '../webhooks/update-webhook.js';
import { listWebhooks } from '../webhooks/webhook-list.js';
import type { WebhookSecretReading } from '../webhooks/webhook-secret.js';
import { readWebhook } from '../webhooks/webhook-summary.js';
import { deleteEventType } from './delete-event-type.js';
import { accountCommandsOf } from './serve-account-commands.js';
import { type AirtableParts, airtableCommandsOf } from './serve-airtable-commands.js';
import { auditCommandsOf } from './serve-audit-commands.js';
import { type BaseParts, baseCommandsOf } from './serve-base-commands.js';
import { idempotencyCommandsOf } from './serve-idempotency-commands.js';
import { portalCommandsOf } from './serve-portal-commands.js';
import { type SourceParts, sourceCommandsOf } from './serve-source-commands.js';

/** What the registry's commands are made of. */
export interface RegistryParts extends AirtableParts {
  access: Access;
  accounts: Accounts;
  keys: Keys;
  catalogue: Catalogue;
  creation: WebhookCreation;
  update: WebhookUpdate;
  switches: WebhookSwitches;
  starts: WebhookStarts;
  deletion: WebhookDeletion;
  disabling: WebhookDisabling;
  secrets: WebhookSecretReading;
  rotation: WebhookSecretRotation;
  portalLinks: PortalLinks;
  portalSessions: PortalSessions;
  leases: FollowerLeases;
  requests: IdempotentRequests;
  baseParts: BaseParts;
  sourceParts: SourceParts;
}

/** The registry's commands, each with the purpose that the caller's key must allow. */
export function registryCommandsOf(parts: RegistryParts): Registry {
  const {
    database,
    access,
    catalogue,
    creation,
    update,
    switches,
    starts,
    deletion,
    disabling,
    secrets,
    feed,
    leases,
  } = parts;

  const acting = new Acting(access, parts.logger);
  const allowed = acting.allowed.bind(acting);
  const logged = acting.logged.bind(acting);

  return {
    authorize: ({ credential, purpose }) => access.principalNow(credential, purpose),

    catalogue: ({ credential, ...page }) =>
      allowed(credential, 'read_catalogue', async ({ accountId }) => accepted(await catalogue.list(accountId, page))),

    putEventType: ({ credential, ...type }) =>
      allowed(credential, 'manage', (principal) => catalogue.put(principal, type)),

    deleteEventType: ({ credential, ...type }) =>
      allowed(credential, 'manage', (principal) => deleteEventType(parts, principal, type)),

    createWebhook: ({ credential, ...wanted }) =>
      allowed(credential, 'subscribe', async (principal) =>
        logged(await creation.create(principal, wanted), 'webhook.created', principal, (made) => ({
          webhookId: made.id,
          eventType: wanted.eventType,
          revision: made.revision,
        })),
      ),

    deleteWebhook: ({ credential, webhookId, ...asked }) =>
      allowed(credential, 'subscribe', async (principal) =>
        logged(await deletion.delete(principal, webhookId, asked), 'webhook.deleted', principal, ({ revision }) => ({
          webhookId,
          revision,
        })),
      ),

    getWebhook: ({ credential, webhookId }) =>
      allowed(credential, 'read', (principal) => readWebhook(database, principal, webhookId)),

    updateWebhook: ({ credential, webhookId, from, ...wanted }) =>
      allowed(credential, 'subscribe', async (principal) =>
        logged(
          await update.update(principal, webhookId, wanted, from),
          'webhook.updated',
          principal,
          ({ revision }) => ({ webhookId, revision }),
        ),
      ),

    switchWebhook: ({ credential, webhookId, turn, from }) =>
      allowed(credential, 'subscribe', async (principal) =>
        logged(
          await switches.turn(principal, webhookId, turn, from),
          'webhook.switched',
          principal,
          ({ revision }) => ({ webhookId, turn, revision }),
        ),
      ),

    startWebhookFrom: ({ credential, webhookId, startFrom, from }) =>
      allowed(credential, 'subscribe', async (principal) =>
        logged(
          await starts.startFrom(principal, webhookId, startFrom, from),
          'webhook.started_from',
          principal,
          ({ revision }) => ({ webhookId, startFrom, revision }),
        ),
      ),

    listWebhooks: ({ credential, ...wanted }) =>
      allowed(credential, 'read', async ({ accountId }) => accepted(await listWebhooks(database, accountId, wanted))),

    rotateWebhookSecret: ({ credential, webhookId, keepPreviousSeconds, from }) =>
      allowed(credential, 'subscribe', async (principal) =>
        logged(
          await parts.rotation.rotate(principal, webhookId, keepPreviousSeconds, from),
          'webhook.secret_rotated',
          principal,
          ({ revision }) => ({ webhookId, revision }),
        ),
      ),

    webhookSecret: ({ credential, webhookId, from }) =>
      allowed(credential, 'subscribe', (principal) => secrets.read(principal, webhookId, from)),

    revision: async () => ({ revision: await feed.revision() }),

    follow: (question) => feed.follow(question),

    leave: async ({ dispatcher }) => {
      await leases.leave(dispatcher);
      return {};
    },

    disableWebhook: async ({ webhookId, reason }) => {
      const revision = await disabling.disable(webhookId, reason);
      if (revision !== null) parts.logger.info({ webhookId, reason, revision }, 'webhook.disabled');
      return { revision: revision ?? (await feed.revision()) };
    },

    ...accountCommandsOf(acting, parts.accounts, parts.keys),
    ...portalCommandsOf(acting, parts),
    ...auditCommandsOf(acting, database, parts.clock),
    ...idempotencyCommandsOf(acting, parts.requests),
    ...airtableCommandsOf(parts),
    ...baseCommandsOf(acting, parts.baseParts),
    ...sourceCommandsOf(acting, parts.sourceParts),
  };
}
