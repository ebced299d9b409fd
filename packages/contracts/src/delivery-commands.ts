import { z } from 'zod';
import type { Commands, CommandTable } from './commands.js';
import { resultOf } from './result.js';

export const DeliveryState = z.enum(['pending', 'delivered', 'exhausted', 'cancelled']);
export type DeliveryState = z.infer<typeof DeliveryState>;

export const DeliveryAttempt = z.object({
  number: z.number().int(),
  at: z.string(),
  status: z.number().int().nullable(),
  /** Why there was no status: `timeout`, `refused address` … */
  error: z.string().nullable(),
  latencyMs: z.number(),
  responseExcerpt: z.string(),
});
export type DeliveryAttempt = z.infer<typeof DeliveryAttempt>;

/** A delivery without its attempts. Moments are ISO 8601. */
export const DeliverySummary = z.object({
  id: z.string(),
  webhookId: z.string(),
  state: DeliveryState,
  /** Why it ended so, or why its last attempt failed. */
  reason: z.string().nullable(),
  /** Null when the event's row is gone. */
  event: z.object({ source: z.string(), id: z.string(), type: z.string(), acceptedAt: z.string() }).nullable(),
  /** Only while pending, and neither under way nor behind another of its lane. */
  nextAttemptAt: z.string().nullable(),
  endedAt: z.string().nullable(),
});
export type DeliverySummary = z.infer<typeof DeliverySummary>;

export const Delivery = DeliverySummary.extend({ attempts: z.array(DeliveryAttempt) });
export type Delivery = z.infer<typeof Delivery>;

/** A place in a list of deliveries, behind which the next page begins. */
export const DeliveryPlace = z.object({
  /** When the delivery ended, or its next attempt is due: ISO 8601 with microseconds, or `infinity`. */
  at: z.string(),
  id: z.string(),
});
export type DeliveryPlace = z.infer<typeof DeliveryPlace>;

const credential = z.string();

/** What became of the caller's deliveries. */
export const deliveryCommands = {
  /** The newest first, by when they ended or are due. `since`: those that ended earlier are left out. */
  listDeliveries: {
    request: z.object({
      credential,
      webhookId: z.string(),
      state: DeliveryState.optional(),
      since: z.iso.datetime().optional(),
      limit: z.number().int().min(1).max(1_000),
      before: DeliveryPlace.optional(),
    }),
    response: resultOf(
      z.object({
        deliveries: z.array(DeliverySummary),
        /** Null on the last page. */
        next: DeliveryPlace.nullable(),
      }),
    ),
  },
  getDelivery: {
    request: z.object({ credential, deliveryId: z.string() }),
    response: resultOf(Delivery),
  },
} satisfies CommandTable;

export type Deliveries = Commands<typeof deliveryCommands>;
