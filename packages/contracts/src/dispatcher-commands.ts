import { z } from 'zod';
import type { Commands, CommandTable } from './commands.js';
import { deadLetterCommands } from './dead-letter-commands.js';
import { DeliveryAttempt, DeliveryState, deliveryCommands } from './delivery-commands.js';
import { eventCommands } from './event-commands.js';
import { followCommands } from './follow-commands.js';
import { jobCommands } from './job-commands.js';
import { payloadCommands } from './payload-commands.js';
import { resultOf } from './result.js';

export const DeliveryTrail = z.object({
  id: z.string(),
  webhookId: z.string(),
  state: DeliveryState,
  attempts: z.array(DeliveryAttempt),
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
  /** Whether there are more of them than are told. */
  unmatchedMore: z.boolean().default(false),
  /** False while deliveries are under way that were not recorded yet: a second at most. */
  complete: z.boolean().default(true),
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

/** What became of a webhook's attempts and deliveries in some time. */
const OutcomeCounts = z.object({
  attempts: z.number().int(),
  succeeded: z.number().int(),
  failed: z.number().int(),
  /** Deliveries that ended so. */
  delivered: z.number().int(),
  exhausted: z.number().int(),
  cancelled: z.number().int(),
  /** Of the attempts, 0 to 1; null without any. */
  successRate: z.number().nullable(),
  /** How long attempts took, estimated; null without any. */
  latencyMs: z.object({ p50: z.number(), p95: z.number(), p99: z.number() }).nullable(),
});
export type OutcomeCounts = z.infer<typeof OutcomeCounts>;

const WebhookStatistics = z.object({
  /** ISO 8601: the beginning of the first hour, and of the one after the last. */
  from: z.string(),
  to: z.string(),
  total: OutcomeCounts,
  /** Those hours in which something was recorded, in their order; each by its beginning. */
  hours: z.array(OutcomeCounts.extend({ hour: z.string() })),
});

/** What became of the attempts and deliveries of some webhooks in the same time. */
const StatisticsOfWebhooks = WebhookStatistics.pick({ from: true, to: true }).extend({
  webhooks: z.array(
    WebhookStatistics.pick({ total: true, hours: true }).extend({
      webhookId: z.string(),
      /** When the newest delivery ended that is kept; ISO 8601. */
      lastDeliveryAt: z.string().nullable(),
    }),
  ),
});

/** What the dispatcher answers to other services. */
export const dispatcherCommands = {
  eventTrail: {
    request: z.object({ credential: z.string(), source: z.string(), id: z.string() }),
    response: resultOf(EventTrail),
  },
  /** The newest 20 events of that id that the account published, or that were for it, whatever their source. */
  eventTrails: {
    request: z.object({ credential: z.string(), id: z.string() }),
    response: resultOf(z.object({ events: z.array(EventTrail), more: z.boolean().default(false) })),
  },
  /** `filter` is JSON text; null lets everything through. */
  previewFilter: {
    request: z.object({ credential: z.string(), eventType: z.string(), filter: z.string().nullable() }),
    response: resultOf(FilterPreview),
  },
  /** Of the hours that begin before `to` and end after `from`, ISO 8601; null: now, and a day before `to`. */
  webhookStatistics: {
    request: z.object({
      credential: z.string(),
      webhookId: z.string(),
      from: z.string().nullable(),
      to: z.string().nullable(),
    }),
    response: resultOf(WebhookStatistics),
  },
  /** The same of up to 100 webhooks. Those that are not the account's are left out; `not_found` when none is. */
  statisticsOfWebhooks: {
    request: z.object({
      credential: z.string(),
      webhookIds: z.array(z.string()).min(1).max(100),
      from: z.string().nullable(),
      to: z.string().nullable(),
    }),
    response: resultOf(StatisticsOfWebhooks),
  },
  ...deadLetterCommands,
  ...deliveryCommands,
  ...eventCommands,
  ...followCommands,
  ...jobCommands,
  ...payloadCommands,
} satisfies CommandTable;

export type Dispatcher = Commands<typeof dispatcherCommands>;
