import { z } from 'zod';

/** What happened to a webhook, on the topic `sluice.webhooks`, keyed by webhook id. No secrets. */
export const WebhookFact = z.object({
  type: z.enum(['webhook.created', 'webhook.updated', 'webhook.disabled', 'webhook.expired', 'webhook.deleted']),
  revision: z.number().int().positive(),
  webhookId: z.string(),
  accountId: z.string(),
  eventType: z.string(),
  /** Null for a webhook that nobody is told about: its payloads are only read. */
  endpoint: z.string().nullable(),
  /** Of a webhook on a base's changes. */
  baseId: z.string().optional(),
  reason: z.string().optional(),
  /** ISO 8601. */
  at: z.string(),
});
export type WebhookFact = z.infer<typeof WebhookFact>;
