import type { Principal, Purpose } from '@sluice/contracts/principal';
import type { Registry } from '@sluice/contracts/registry-commands';
import { accepted, type Result } from '@sluice/contracts/result';
import type { DataSource } from 'typeorm';
import type { Access } from './access/access.js';
import type { Catalogue } from './catalogue/catalogue.js';
import type { Accounts } from './credentials/accounts.js';
import type { Keys } from './credentials/keys.js';
import type { Feed } from './feed/feed.js';
import type { FollowerLeases } from './feed/follower-leases.js';
import type { PortalLinks } from './portal-links/portal-links.js';
import type { WebhookCreation } from './webhooks/create-webhook.js';
import type { WebhookDeletion } from './webhooks/delete-webhook.js';
import type { WebhookDisabling } from './webhooks/disable-webhook.js';
import { listWebhooks } from './webhooks/webhook-list.js';
import type { WebhookSecretReading } from './webhooks/webhook-secret.js';

/** What the registry's commands are made of. */
export interface RegistryParts {
  database: DataSource;
  access: Access;
  accounts: Accounts;
  keys: Keys;
  catalogue: Catalogue;
  creation: WebhookCreation;
  deletion: WebhookDeletion;
  disabling: WebhookDisabling;
  secrets: WebhookSecretReading;
  portalLinks: PortalLinks;
  feed: Feed;
  leases: FollowerLeases;
}

/** The registry's commands, each with the purpose that the caller's key must allow. */
export function registryCommandsOf(parts: RegistryParts): Registry {
  const {
    database,
    access,
    accounts,
    keys,
    catalogue,
    creation,
    deletion,
    disabling,
    secrets,
    portalLinks,
    feed,
    leases,
  } = parts;

  const allowed = async <T>(
    credential: string,
    purpose: Purpose,
    act: (principal: Principal) => Promise<Result<T>>,
  ): Promise<Result<T>> => {
    const principal = await access.principal(credential, purpose);
    return principal.ok ? act(principal.value) : principal;
  };

  return {
    authorize: ({ credential, purpose }) => access.principalNow(credential, purpose),

    // Whoever may try filters may know the types, and every key may try filters.
    catalogue: ({ credential }) =>
      allowed(credential, 'test_filter', async ({ accountId }) =>
        accepted({ eventTypes: await catalogue.of(accountId) }),
      ),

    putEventType: ({ credential, ...type }) =>
      allowed(credential, 'manage', (principal) => catalogue.put(principal, type)),

    createWebhook: ({ credential, ...wanted }) =>
      allowed(credential, 'subscribe', async (principal) => {
        const created = await creation.create(principal, wanted);
        if (!created.ok) return created;
        return accepted({ ...created.value, portalToken: portalLinks.token(principal) });
      }),

    deleteWebhook: ({ credential, webhookId, from }) =>
      allowed(credential, 'subscribe', (principal) => deletion.delete(principal, webhookId, from)),

    listWebhooks: ({ credential, limit }) =>
      allowed(credential, 'read', async ({ accountId }) =>
        accepted({ webhooks: await listWebhooks(database, accountId, limit) }),
      ),

    webhookSecret: ({ credential, webhookId, from }) =>
      allowed(credential, 'subscribe', (principal) => secrets.read(principal, webhookId, from)),

    portal: ({ token }) => portalLinks.open(token),

    createAccount: ({ credential, name, from }) =>
      allowed(credential, 'operate', (principal) => accounts.create(principal, name, from)),

    createKey: ({ credential, kind, audience, from }) =>
      allowed(credential, 'manage', (principal) => keys.create(principal, { kind, audience }, from)),

    revokeKey: ({ credential, keyId, from }) =>
      allowed(credential, 'manage', (principal) => keys.revoke(principal, keyId, from)),

    revision: async () => ({ revision: await feed.revision() }),

    follow: ({ dispatcher, after, waitMs, limit }) => feed.follow(dispatcher, after, waitMs, limit),

    leave: async ({ dispatcher }) => {
      await leases.leave(dispatcher);
      return {};
    },

    disableWebhook: async ({ webhookId, reason }) => ({
      revision: (await disabling.disable(webhookId, reason)) ?? (await feed.revision()),
    }),
  };
}
