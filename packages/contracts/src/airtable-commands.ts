import { z } from 'zod';
import type { Commands, CommandTable } from './commands.js';
import { resultOf } from './result.js';

/**
 * The caller's token as it came with the request, of whatever kind: personal access token, OAuth access token, user API
 * key, or a key of the account. The registry decides at every command what it may do with the base.
 */
const credential = z.string();
const from = z.string().max(200).optional();
const ofBase = { credential, baseId: z.string() };
const ofWebhook = { ...ofBase, webhookId: z.string() };

/** ISO 8601 with milliseconds; null for a webhook that never expires. */
const expirationTime = z.string().nullable();

/** The registry's part of a listed webhook (contract airtable 1.2); the rest is the dispatcher's. */
export const BaseWebhook = z.object({
  id: z.string(),
  /** JSON text of the member `specification`, as submitted. */
  specification: z.string(),
  notificationUrl: z.string().nullable(),
  areNotificationsEnabled: z.boolean(),
  isHookEnabled: z.boolean(),
  expirationTime,
});
export type BaseWebhook = z.infer<typeof BaseWebhook>;

/** What the registry answers about Airtable's webhooks (contract airtable section 1). */
export const airtableCommands = {
  /** `specification` is JSON text of that member of the request. */
  createBaseWebhook: {
    request: z.object({ ...ofBase, notificationUrl: z.string().nullable(), specification: z.string(), from }),
    response: resultOf(
      z.object({ id: z.string(), macSecretBase64: z.string(), expirationTime, revision: z.number().int() }),
    ),
  },
  /** In the order of creation; an OAuth integration's own ones alone. */
  listBaseWebhooks: {
    request: z.object(ofBase),
    response: resultOf(z.object({ webhooks: z.array(BaseWebhook) })),
  },
  /** The caller is about to read the webhook's payloads: may it? Extends the life of an active webhook by a new 7 days. */
  readPayloads: {
    request: z.object(ofWebhook),
    response: resultOf(z.object({})),
  },
  /** Of these webhooks those that the caller may list. Counts for no rate limit: it follows `listBaseWebhooks`. */
  visibleWebhooks: {
    request: z.object({ ...ofBase, webhookIds: z.array(z.string()).max(1_000) }),
    response: resultOf(z.object({ webhookIds: z.array(z.string()) })),
  },
  refreshBaseWebhook: {
    request: z.object({ ...ofWebhook, from }),
    response: resultOf(z.object({ expirationTime })),
  },
  enableNotifications: {
    request: z.object({ ...ofWebhook, enable: z.boolean(), from }),
    response: resultOf(z.object({ revision: z.number().int() })),
  },
  /** Answers when no dispatcher generates another payload or starts another ping for it. */
  deleteBaseWebhook: {
    request: z.object({ ...ofWebhook, from }),
    response: resultOf(z.object({ revision: z.number().int() })),
  },
  /** From the dispatcher: the last retry of a ping failed. Payloads go on. Idempotent; unknown webhooks are no fault. */
  disableNotifications: {
    request: z.object({ webhookId: z.string(), reason: z.string() }),
    response: z.object({ revision: z.number().int() }),
  },
  /** From the dispatcher: what the specification names was destroyed, and the error payload is in the list. Idempotent. */
  invalidateWebhook: {
    request: z.object({ webhookId: z.string(), reason: z.string() }),
    response: z.object({ revision: z.number().int() }),
  },
} satisfies CommandTable;

export type AirtableWebhooks = Commands<typeof airtableCommands>;
