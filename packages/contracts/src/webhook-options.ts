import { z } from 'zod';

/** What the owner of a filter webhook may choose for it. The registry checks it by option-limits.ts. */
export const WebhookOptions = z.object({
  /** For people. */
  description: z.string().nullable(),
  /** `subject`: one delivery at a time for each subject of its events, through retries. */
  ordering: z.enum(['none', 'subject']),
  /** Attempts started in a second, by the whole installation; null for no limit but the endpoint's own. */
  rateLimit: z.number().nullable(),
  /** Attempts under way at once, of the whole installation; null for what the endpoint earns. */
  concurrency: z.number().nullable(),
  /** Seconds waited before attempt 1, 2, …, each ±20 %, and one attempt for each; null for the general schedule. */
  retrySchedule: z.array(z.number()).nullable(),
});
export type WebhookOptions = z.infer<typeof WebhookOptions>;
