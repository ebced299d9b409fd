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
  /** Names and values, in order; null of an attempt that succeeded or had no answer, and where they were not kept. */
  responseHeaders: z
    .array(z.tuple([z.string(), z.string()]))
    .nullable()
    .default(null),
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
  attemptsMade: z.number().int().default(0),
  /** Of the last attempt; null without one, or when it had no answer. */
  lastStatus: z.number().int().nullable().default(null),
});
export type DeliverySummary = z.infer<typeof DeliverySummary>;

/** What is sent to the endpoint, by what the webhook is now: each attempt is made so. */
export const DeliveryRequest = z.object({
  /** Null when the webhook is gone. */
  url: z.string().nullable(),
  /** What is secret, or drawn anew for each attempt, has {@link HIDDEN} for its value. */
  headers: z.array(z.object({ name: z.string(), value: z.string() })),
  /** Base64; null when it is no longer kept. */
  body: z.string().nullable(),
});
export type DeliveryRequest = z.infer<typeof DeliveryRequest>;

/** Stands for a value that nobody is shown. */
export const HIDDEN = '•••';

/** When a pending delivery is tried next, as far as that is known, and why then: a sentence for people. */
export const NextAttempt = z.object({ at: z.string().nullable(), because: z.string() });
export type NextAttempt = z.infer<typeof NextAttempt>;

export const Delivery = DeliverySummary.extend({
  attempts: z.array(DeliveryAttempt),
  request: DeliveryRequest.nullable().default(null),
  /** Null once it has ended. */
  next: NextAttempt.nullable().default(null),
});
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
  /**
   * The newest first, by when they ended or are due: of one webhook, or of all of the account's. `since`: those that ended
   * earlier are left out; `until`: those that ended, or are due, then or later. `eventId` is that of CloudEvents.
   */
  listDeliveries: {
    request: z.object({
      credential,
      webhookId: z.string().optional(),
      state: DeliveryState.optional(),
      since: z.iso.datetime().optional(),
      until: z.iso.datetime().optional(),
      eventId: z.string().optional(),
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
  /** An event of that data, JSON text, is delivered to this one webhook, whatever its filter. */
  sendTest: {
    request: z.object({ credential, webhookId: z.string(), data: z.string() }),
    response: resultOf(z.object({ deliveryId: z.string(), event: z.object({ source: z.string(), id: z.string() }) })),
  },
  getDelivery: {
    request: z.object({ credential, deliveryId: z.string() }),
    response: resultOf(Delivery),
  },
} satisfies CommandTable;

export type Deliveries = Commands<typeof deliveryCommands>;
