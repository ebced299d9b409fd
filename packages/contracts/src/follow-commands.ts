import { z } from 'zod';
import type { Commands, CommandTable } from './commands.js';
import { resultOf } from './result.js';

const credential = z.string();

/** What one event leads to at one webhook; headers without those that are secret or made for each attempt. */
const FollowedDelivery = z.object({
  deliveryId: z.string(),
  webhookId: z.string(),
  endpoint: z.string(),
  headers: z.array(z.object({ name: z.string(), value: z.string() })),
});

export const FollowedEvent = z.object({
  /** Behind the event: what comes after it. */
  cursor: z.string(),
  source: z.string(),
  id: z.string(),
  type: z.string(),
  acceptedAt: z.string(),
  /** Base64 */
  data: z.string(),
  /** None unless they were asked for. */
  deliveries: z.array(FollowedDelivery),
});
export type FollowedEvent = z.infer<typeof FollowedEvent>;

/** Something with what tells its states apart. */
const Versioned = z.object({ id: z.string(), version: z.string() });
export type Versioned = z.infer<typeof Versioned>;

/** What the dispatcher answers to those who look on: any dispatcher the same. */
export const followCommands = {
  /**
   * The events behind the cursor that are for the caller's account, in the order of the stream within a key, each at least
   * once; with those of its deliveries that its webhooks of now get. Answers when there are some, or after `waitMs`. Without
   * a cursor it answers at once with that of now. An event without the deliveries that were asked for is left out.
   */
  follow: {
    request: z.object({
      credential,
      after: z.string().max(20_000).nullable(),
      deliveries: z.boolean(),
      eventType: z.string().optional(),
      webhookId: z.string().optional(),
      waitMs: z.number().int().min(0).max(10_000),
    }),
    response: resultOf(z.object({ events: z.array(FollowedEvent), cursor: z.string() })),
  },
  /**
   * The webhooks of the account that had outcomes or became something else in the last so many milliseconds, and its newest
   * jobs. Versions are the same whichever dispatcher tells them.
   */
  recentChanges: {
    request: z.object({ credential, withinMs: z.number().int().min(0).max(3_600_000) }),
    response: resultOf(z.object({ webhooks: z.array(Versioned), jobs: z.array(Versioned) })),
  },
} satisfies CommandTable;

export type Follow = Commands<typeof followCommands>;
