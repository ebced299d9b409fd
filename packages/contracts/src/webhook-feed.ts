import { z } from 'zod';

/** One secret of a webhook; all that are still valid sign (Standard Webhooks, zero-downtime rotation). */
const SigningSecret = z.object({
  /** `whsec_` + base64. */
  secret: z.string(),
  /** ISO 8601; absent while it is the current secret. */
  validUntil: z.string().optional(),
});

/** Everything a dispatcher needs to know of a webhook, secrets in clear: this goes over the internal API only. */
export const FeedWebhook = z.object({
  id: z.string(),
  accountId: z.string(),
  dialect: z.enum(['airstack']),
  endpoint: z.string(),
  eventType: z.string(),
  /** The filter as JSON text, so that no digit of a number is lost; null matches every event of the type. */
  filter: z.string().nullable(),
  state: z.enum(['enabled', 'paused', 'disabled']),
  /** Static headers of every delivery, Airstack's `x-airstack-webhook` for example. */
  headers: z.array(z.object({ name: z.string(), value: z.string() })),
  secrets: z.array(SigningSecret).min(1),
  /** ISO 8601. */
  createdAt: z.string(),
  /** The revision of the webhook's creation: events stamped with a lower one were accepted before it existed. */
  createdRevision: z.number().int(),
});
export type FeedWebhook = z.infer<typeof FeedWebhook>;

/** The newest state of one webhook; `webhook` is null when it was deleted. */
export const FeedChange = z.object({
  revision: z.number().int().positive(),
  webhookId: z.string(),
  webhook: FeedWebhook.nullable(),
});
export type FeedChange = z.infer<typeof FeedChange>;
