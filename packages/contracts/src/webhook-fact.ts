import { z } from 'zod';

/** What happened to a webhook, on the topic `sluice.webhooks`, keyed by webhook id. No secrets. */
export const WebhookFact = z.object({
  type: z.enum(['webhook.created', 'webhook.updated', 'webhook.disabled', 'webhook.deleted']),
  revision: z.number().int().positive(),
  webhookId: z.string(),
  accountId: z.string(),
  eventType: z.string(),
  endpoint: z.string(),
  reason: z.string().optional(),
  /** ISO 8601. */
  at: z.string(),
});
export type WebhookFact = z.infer<typeof WebhookFact>;
