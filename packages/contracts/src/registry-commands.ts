import { z } from 'zod';
import { accountCommands } from './account-commands.js';
import { airtableCommands } from './airtable-commands.js';
import { auditCommands } from './audit-commands.js';
import { baseCommands } from './base-commands.js';
import type { Commands, CommandTable } from './commands.js';
import { idempotencyCommands } from './idempotency-commands.js';
import { after, limit, more } from './list-pages.js';
import { portalCommands } from './portal-commands.js';
import { Principal, Purpose } from './principal.js';
import { resultOf } from './result.js';
import { sourceCommands } from './sources.js';
import { ifMatch, tag } from './state-tags.js';
import { FeedChange } from './webhook-feed.js';
import { WebhookOptions } from './webhook-options.js';

/** The caller's own key as it came with the request: the registry resolves it at every command. */
const credential = z.string();

/** The caller's address, for the audit trail; absent where it is not known. */
const from = z.string().max(200).optional();

export const EventType = z.object({
  name: z.string(),
  description: z.string(),
  /** JSON Schema (2020-12) of the event's data, as JSON text; null accepts any JSON. */
  schema: z.string().nullable(),
  /** Data of such an event, as JSON text; null: the first of the `examples` in the schema is one, if there is any. */
  example: z.string().nullable().default(null),
  builtIn: z.boolean(),
  tag,
});
export type EventType = z.infer<typeof EventType>;

/** A webhook of either dialect. */
export const WebhookSummary = z.object({
  id: z.string(),
  dialect: z.enum(['airstack', 'airtable']),
  /** Of a webhook on a base's changes; null for any other. */
  baseId: z.string().nullable(),
  /** Null for a webhook whose payloads are only read. */
  endpoint: z.string().nullable(),
  eventType: z.string(),
  filter: z.string().nullable(),
  state: z.enum(['enabled', 'paused', 'disabled', 'expired', 'invalid']),
  disabledReason: z.string().nullable(),
  /** ISO 8601, while a filter webhook is disabled. */
  disabledAt: z.string().nullable().default(null),
  createdAt: z.string(),
  description: WebhookOptions.shape.description.default(null),
  ordering: WebhookOptions.shape.ordering.default('none'),
  rateLimit: WebhookOptions.shape.rateLimit.default(null),
  concurrency: WebhookOptions.shape.concurrency.default(null),
  retrySchedule: WebhookOptions.shape.retrySchedule.default(null),
});
export type WebhookSummary = z.infer<typeof WebhookSummary>;

/** A change of a webhook was carried out: as it is now, and the revision from which dispatchers know it so. */
const changedWebhook = resultOf(z.object({ webhook: WebhookSummary, tag, revision: z.number().int() }));

/** What the registry answers to other services. Every command that acts for an account takes the caller's credential. */
export const registryCommands = {
  authorize: {
    request: z.object({ credential, purpose: Purpose }),
    response: resultOf(Principal),
  },
  /** The account's event types, first the built-in ones, then its own by their names, which are what a page ends at. */
  catalogue: {
    request: z.object({ credential, limit, after }),
    response: resultOf(z.object({ eventTypes: z.array(EventType), more })),
  },
  putEventType: {
    request: z.object({
      credential,
      name: z.string(),
      description: z.string(),
      schema: z.string().nullable(),
      /** Data that the schema takes, as JSON text. */
      example: z.string().nullable().optional(),
      ifMatch,
      from,
    }),
    response: resultOf(EventType),
  },
  /** Takes one of the account's own types away, and its schema; `conflict` while webhooks or sources name it. */
  deleteEventType: {
    request: z.object({ credential, name: z.string(), ifMatch, from }),
    response: resultOf(z.object({})),
  },
  createWebhook: {
    request: z.object({
      credential,
      dialect: z.enum(['airstack']),
      /** Which API was asked: refusals name fields as it does. */
      face: z.enum(['airstack', 'v1']).default('airstack'),
      endpoint: z.string(),
      eventType: z.string(),
      /** The filter as JSON text, already slice of the request; null for none. */
      filter: z.string().nullable(),
      /** A sample event as JSON text, which must satisfy the filter; Airstack's API requires it with one (docs/airstack.md). */
      sample: z.string().nullable(),
      options: WebhookOptions.partial().default({}),
      from,
    }),
    response: resultOf(
      z.object({
        id: z.string(),
        header: z.object({ name: z.string(), value: z.string() }),
        signingSecret: z.string(),
        /** Opens the account's webhooks in the portal; signed, expiring. Null for who came by such a link: it would never end. */
        portalToken: z.string().nullable(),
        /** As it is now. Absent in the answer of a registry that knows no options. */
        webhook: WebhookSummary.optional(),
        revision: z.number().int(),
      }),
    ),
  },
  /** Answers when no dispatcher can start another attempt for the webhook (docs/architecture.md section 4, revisions). */
  deleteWebhook: {
    request: z.object({ credential, webhookId: z.string(), ifMatch, from }),
    response: resultOf(z.object({ revision: z.number().int() })),
  },
  /** One of the account's webhooks, of either dialect. */
  getWebhook: {
    request: z.object({ credential, webhookId: z.string() }),
    response: resultOf(z.object({ webhook: WebhookSummary, tag })),
  },
  /**
   * Changes the members that are given, of a filter webhook. Answers when no dispatcher can start another attempt by the
   * state before, as deletion does.
   */
  updateWebhook: {
    request: z.object({
      credential,
      webhookId: z.string(),
      endpoint: z.string().optional(),
      /** JSON text; null for none. */
      filter: z.string().nullable().optional(),
      options: WebhookOptions.partial(),
      ifMatch,
      from,
    }),
    response: changedWebhook,
  },
  /**
   * `pause` keeps what is pending, and what comes; `resume` ends that. `disable` cancels both; `enable` ends that, and what
   * the endpoint did before no longer counts. What is so already stays so. Answers as `updateWebhook` does.
   */
  switchWebhook: {
    request: z.object({
      credential,
      webhookId: z.string(),
      turn: z.enum(['pause', 'resume', 'enable', 'disable']),
      from,
    }),
    response: changedWebhook,
  },
  /**
   * From then on (ISO 8601, or `earliest`) events are for the filter webhook, also those that were accepted before it was
   * created; what it gets already it keeps. Answers when every living dispatcher knows, or its lease is over.
   */
  startWebhookFrom: {
    request: z.object({ credential, webhookId: z.string(), startFrom: z.string(), from }),
    response: resultOf(z.object({ revision: z.number().int() })),
  },
  /** The account's webhooks of both dialects, the newest first; `before` goes on after the last one of a page, while there are `more`. */
  listWebhooks: {
    request: z.object({
      credential,
      limit: z.number().int().min(1).max(1_000),
      before: z.string().optional(),
      /** Those that have this text, whatever its case, in id, endpoint, event type or description. */
      search: z.string().max(200).optional(),
      state: WebhookSummary.shape.state.optional(),
    }),
    response: resultOf(z.object({ webhooks: z.array(WebhookSummary), more: z.boolean().optional() })),
  },
  webhookSecret: {
    request: z.object({ credential, webhookId: z.string(), from }),
    response: resultOf(z.object({ secret: z.string() })),
  },
  /**
   * A new signing secret for a filter webhook. The one before signs besides it for so many seconds more; any older one no
   * longer. Answers as `updateWebhook` does.
   */
  rotateWebhookSecret: {
    request: z.object({
      credential,
      webhookId: z.string(),
      keepPreviousSeconds: z.number().int().min(0).max(604_800),
      from,
    }),
    response: resultOf(
      z.object({
        secret: z.string(),
        /** ISO 8601; null when the one before signs nothing from now on. */
        previousExpiresAt: z.string().nullable(),
        revision: z.number().int(),
      }),
    ),
  },
  /** The newest revision: everything answered before this call has one that is not higher. */
  revision: {
    request: z.object({}),
    response: z.object({ revision: z.number().int() }),
  },
  /**
   * The change feed of one dispatcher. `after` says what it has applied (and is its lease for 5 s); answers at once when
   * there is more, else after at most `waitMs`. `revision` is what the dispatcher stands at once it applied `changes`.
   * `dispatchers` live, the asking one included: what is limited for the whole installation is shared out over so many.
   * `starting`: it still reads everything for the first time and starts nothing, so nobody waits for it and it has no lease.
   */
  follow: {
    request: z.object({
      dispatcher: z.string(),
      after: z.number().int(),
      waitMs: z.number().int().max(2_000),
      limit: z.number().int().max(10_000),
      starting: z.boolean().optional(),
    }),
    response: z.object({
      revision: z.number().int(),
      changes: z.array(FeedChange),
      more: z.boolean(),
      dispatchers: z.number().int().min(1).default(1),
    }),
  },
  /** A dispatcher that stopped cleanly: nobody needs to wait for its lease. */
  leave: {
    request: z.object({ dispatcher: z.string() }),
    response: z.object({}),
  },
  /** The endpoint answered 410: it never wants to hear from this webhook again. Idempotent. */
  disableWebhook: {
    request: z.object({ webhookId: z.string(), reason: z.string() }),
    response: z.object({ revision: z.number().int() }),
  },
  ...accountCommands,
  ...portalCommands,
  ...auditCommands,
  ...idempotencyCommands,
  ...airtableCommands,
  ...baseCommands,
  ...sourceCommands,
} satisfies CommandTable;

export type Registry = Commands<typeof registryCommands>;
