import { z } from 'zod';
import type { Commands, CommandTable } from './commands.js';
import { payloadCommands } from './payload-commands.js';
import { resultOf } from './result.js';

export const DeliveryTrail = z.object({
  id: z.string(),
  webhookId: z.string(),
  state: z.enum(['pending', 'delivered', 'exhausted', 'cancelled']),
  attempts: z.array(
    z.object({
      number: z.number().int(),
      at: z.string(),
      status: z.number().int().nullable(),
      /** Why there was no status: `timeout`, `refused address` … */
      error: z.string().nullable(),
      latencyMs: z.number(),
      responseExcerpt: z.string(),
    }),
  ),
  /** ISO 8601; only while pending. */
  nextAttemptAt: z.string().nullable(),
});
export type DeliveryTrail = z.infer<typeof DeliveryTrail>;

/** What became of an event: answers "why did my event not arrive?". */
export const EventTrail = z.object({
  source: z.string(),
  id: z.string(),
  type: z.string(),
  acceptedAt: z.string(),
  partition: z.number().int(),
  position: z.string(),
  /** How many webhooks it matched in all, those of other accounts included when it was published for them. */
  matched: z.number().int(),
  deliveries: z.array(DeliveryTrail),
  /** What the account's webhooks on a base got of its change: the numbers of the payloads in their lists. */
  payloads: z.array(z.object({ webhookId: z.string(), numbers: z.array(z.number().int()) })),
  /** The account's webhooks of this type that got nothing, each with the condition that failed on which value. */
  unmatched: z.array(z.object({ webhookId: z.string(), reason: z.string() })),
});
export type EventTrail = z.infer<typeof EventTrail>;

/** What a filter would have done with the newest events of a type, the newest first. */
export const FilterPreview = z.object({
  events: z.array(
    z.object({
      source: z.string(),
      id: z.string(),
      acceptedAt: z.string(),
      matched: z.boolean(),
      /** The condition that failed on which value; null where it matched. */
      reason: z.string().nullable(),
    }),
  ),
});
export type FilterPreview = z.infer<typeof FilterPreview>;

/** What the dispatcher answers to other services. */
export const dispatcherCommands = {
  eventTrail: {
    request: z.object({ credential: z.string(), source: z.string(), id: z.string() }),
    response: resultOf(EventTrail),
  },
  /** `filter` is JSON text; null lets everything through. */
  previewFilter: {
    request: z.object({ credential: z.string(), eventType: z.string(), filter: z.string().nullable() }),
    response: resultOf(FilterPreview),
  },
  ...payloadCommands,
} satisfies CommandTable;

export type Dispatcher = Commands<typeof dispatcherCommands>;
