import { z } from 'zod';
import { WebhookOptions } from './webhook-options.js';
import { SpecificationOptions } from './webhook-specification.js';

/** One secret of a webhook; all that are still valid sign (Standard Webhooks, zero-downtime rotation). */
const SigningSecret = z.object({
  /** `whsec_` + base64. */
  secret: z.string(),
  /** ISO 8601; absent while it is the current secret. */
  validUntil: z.string().optional(),
});

const common = {
  id: z.string(),
  accountId: z.string(),
  eventType: z.string(),
  /** ISO 8601. */
  createdAt: z.string(),
  /** The revision of the webhook's creation: events stamped with a lower one were accepted before it existed. */
  createdRevision: z.number().int(),
};

/** A webhook that gets whole events, chosen by a filter. */
export const FilterWebhook = z.object({
  ...common,
  dialect: z.literal('airstack'),
  endpoint: z.string(),
  /** The filter as JSON text, so that no digit of a number is lost; null matches every event of the type. */
  filter: z.string().nullable(),
  state: z.enum(['enabled', 'paused', 'disabled']),
  /** Static headers of every delivery, Airstack's `x-airstack-webhook` for example. */
  headers: z.array(z.object({ name: z.string(), value: z.string() })),
  secrets: z.array(SigningSecret).min(1),
  ordering: WebhookOptions.shape.ordering.default('none'),
  rateLimit: z.number().positive().nullable().default(null),
  concurrency: z.number().int().min(1).max(32).nullable().default(null),
  retrySchedule: z.array(z.number().nonnegative()).min(1).nullable().default(null),
  /** ISO 8601, while it is disabled. */
  disabledAt: z.string().nullable().default(null),
  disabledReason: z.string().nullable().default(null),
  /** ISO 8601; when it was last enabled after having been disabled: what its endpoint did before does not count. */
  enabledAt: z.string().nullable().default(null),
  /** ISO 8601 or `earliest`: what was accepted from then on is for it, also before it was created. Null: nothing before. */
  startFrom: z.string().nullable().default(null),
  /** The revision of that; 0 if it never was. Events stamped with a lower one were accepted before, and are not for it. */
  enabledRevision: z.number().int().default(0),
});
export type FilterWebhook = z.infer<typeof FilterWebhook>;

/** A webhook on a base's changes: numbered payloads are kept for it, and its endpoint is told that there are some. */
export const BaseWebhook = z.object({
  ...common,
  dialect: z.literal('airtable'),
  baseId: z.string(),
  specification: SpecificationOptions,
  /** The table of each view and field that the specification names; absent when it names none that the base has. */
  tableOf: z.record(z.string(), z.string()).optional(),
  /** Null: nobody is pinged, payloads are only read. */
  endpoint: z.string().nullable(),
  notificationsEnabled: z.boolean(),
  /** `expired` and `invalid` ones get no more payloads; an `invalid` one is still pinged about its last. */
  state: z.enum(['enabled', 'expired', 'invalid']),
  macSecretBase64: z.string(),
});
export type BaseWebhook = z.infer<typeof BaseWebhook>;

/** Everything a dispatcher needs to know of a webhook, secrets in clear: this goes over the internal API only. */
export const FeedWebhook = z.discriminatedUnion('dialect', [FilterWebhook, BaseWebhook]);
export type FeedWebhook = z.infer<typeof FeedWebhook>;

/** The newest state of one webhook; `webhook` is null when it was deleted. */
export const FeedChange = z.object({
  revision: z.number().int().positive(),
  webhookId: z.string(),
  webhook: FeedWebhook.nullable(),
});
export type FeedChange = z.infer<typeof FeedChange>;
