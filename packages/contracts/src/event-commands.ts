import { z } from 'zod';
import type { Commands, CommandTable } from './commands.js';
import { resultOf } from './result.js';

const credential = z.string();

/** What an event is known by. */
const EventHead = z.object({
  source: z.string(),
  id: z.string(),
  type: z.string(),
  /** ISO 8601 in UTC. */
  acceptedAt: z.string(),
});

const RecentEvent = EventHead.extend({
  /** Null when it is too large to be kept with the newest events, or no text. */
  data: z.string().nullable(),
});

/** What the dispatcher answers about events themselves: those that the caller's account published, and those for it. */
export const eventCommands = {
  /** The newest ones of these types that were for the account, the newest first, of about the last 500 of each. */
  recentEvents: {
    request: z.object({
      credential,
      eventTypes: z.array(z.string()).max(10_000),
      limit: z.number().int().min(1).max(100),
    }),
    response: resultOf(z.object({ events: z.array(RecentEvent) })),
  },
  /** `not_found` also when its data is no longer kept. */
  eventData: {
    request: z.object({ credential, source: z.string(), id: z.string() }),
    /** `data` is base64. */
    response: resultOf(EventHead.extend({ data: z.string() })),
  },
} satisfies CommandTable;

export type Events = Commands<typeof eventCommands>;
