import { z } from 'zod';
import type { Commands, CommandTable } from './commands.js';
import { resultOf } from './result.js';

/** Contract airtable 3.4, in the order of its members. */
export const NotificationResult = z.discriminatedUnion('success', [
  z.object({
    success: z.literal(true),
    completionTimestamp: z.string(),
    durationMs: z.number(),
    retryNumber: z.number().int(),
  }),
  z.object({
    success: z.literal(false),
    completionTimestamp: z.string(),
    durationMs: z.number(),
    retryNumber: z.number().int(),
    error: z.object({ message: z.string() }),
    willBeRetried: z.boolean(),
  }),
]);
export type NotificationResult = z.infer<typeof NotificationResult>;

/** The dispatcher's part of a listed webhook (contract airtable 1.2). */
export const PayloadListState = z.object({
  webhookId: z.string(),
  cursorForNextPayload: z.number().int(),
  lastNotificationResult: NotificationResult.nullable(),
  /** Rounded to whole seconds. */
  lastSuccessfulNotificationTime: z.string().nullable(),
});
export type PayloadListState = z.infer<typeof PayloadListState>;

/** What the dispatcher answers about the payloads of Airtable's webhooks. */
export const payloadCommands = {
  /**
   * A page of payloads from `cursor` on, at most `limit`. Waits a short while for what was accepted before the call, so
   * that publishers read their own writes. The registry is asked whether the caller may, which extends the webhook's life.
   */
  listPayloads: {
    request: z.object({
      credential: z.string(),
      baseId: z.string(),
      webhookId: z.string(),
      cursor: z.number().int(),
      limit: z.number().int().min(1).max(50),
    }),
    response: resultOf(
      z.object({
        /** Each the JSON text that is served. */
        payloads: z.array(z.string()),
        cursor: z.number().int(),
        mightHaveMore: z.boolean(),
      }),
    ),
  },
  /** One for each of the webhooks that the caller may list. */
  payloadListStates: {
    request: z.object({ credential: z.string(), baseId: z.string(), webhookIds: z.array(z.string()).max(1_000) }),
    response: resultOf(z.object({ states: z.array(PayloadListState) })),
  },
} satisfies CommandTable;

export type PayloadLists = Commands<typeof payloadCommands>;
