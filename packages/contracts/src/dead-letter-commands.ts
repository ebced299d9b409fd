import { z } from 'zod';
import type { Commands, CommandTable } from './commands.js';
import { resultOf } from './result.js';

/** Of each list of ids, and of what one command puts back or drops. */
export const MOST_DEAD_LETTERS = 1_000;

export const DeadLetterState = z.enum(['waiting', 'put_back', 'dropped']);
export type DeadLetterState = z.infer<typeof DeadLetterState>;

/** A record that could not be read, without its bytes. Moments are ISO 8601. */
export const DeadLetterSummary = z.object({
  id: z.string(),
  /** Null when nobody knows whose it is. */
  accountId: z.string().nullable(),
  state: DeadLetterState,
  /** Names the field and the cause. */
  reason: z.string(),
  /** When it was recorded. */
  at: z.string(),
  /** Where the record stood. */
  origin: z.object({
    /** Null when it stood in the topic of the events itself. */
    sourceId: z.string().nullable(),
    topic: z.string(),
    partition: z.number().int(),
    offset: z.string(),
    /** The record's own time; null where it is not known. */
    at: z.string().nullable(),
  }),
  /** Of the value, as far as it is kept; null without a value. */
  bytes: z.number().int().nullable(),
  /** How many the value had, when not all of the record was kept. */
  cutFrom: z.number().int().nullable(),
  /** Who did it is the id of a key. */
  putBack: z.object({ times: z.number().int(), at: z.string(), by: z.string() }).nullable(),
  dropped: z.object({ at: z.string(), by: z.string() }).nullable(),
  /** The dead letter that was put back and came to nothing again as this one; `times`: when it was put back so often. */
  former: z.object({ id: z.string(), times: z.number().int() }).nullable(),
});
export type DeadLetterSummary = z.infer<typeof DeadLetterSummary>;

const base64 = z.string().nullable();

export const DeadLetter = DeadLetterSummary.extend({
  key: base64,
  headers: z.array(z.object({ name: z.string(), value: base64 })),
  value: base64,
  /** The newest dead letter that this one became when it was put back. */
  cameBackAs: z.string().nullable(),
});
export type DeadLetter = z.infer<typeof DeadLetter>;

/** A place in a list of dead letters, behind which the next page begins. */
export const DeadLetterPlace = z.object({
  /** ISO 8601 with microseconds. */
  at: z.string(),
  partition: z.number().int(),
  position: z.string(),
});
export type DeadLetterPlace = z.infer<typeof DeadLetterPlace>;

/** All of what is given must hold. */
export const DeadLetterFilter = z.object({
  sourceId: z.string().optional(),
  /** The topic that the record stood in. */
  topic: z.string().optional(),
  /** The reason has this text in it, in small or capital letters. */
  reason: z.string().optional(),
  /** Recorded at that moment or later. */
  since: z.iso.datetime().optional(),
  /** Recorded before it. */
  until: z.iso.datetime().optional(),
  state: DeadLetterState.optional(),
});
export type DeadLetterFilter = z.infer<typeof DeadLetterFilter>;

/** Some by their ids, or those that a filter lets through. */
export const DeadLetterSelection = z.union([
  z.object({ ids: z.array(z.string()).min(1).max(MOST_DEAD_LETTERS) }),
  z.object({ filter: DeadLetterFilter }),
]);
export type DeadLetterSelection = z.infer<typeof DeadLetterSelection>;

/** What could not be done, and why. */
export const DeadLetterFailure = z.object({
  id: z.string(),
  code: z.enum(['not_found', 'conflict', 'unavailable']),
  reason: z.string(),
});
export type DeadLetterFailure = z.infer<typeof DeadLetterFailure>;

/** `more`: the filter lets more through than one command does; the same again goes on. */
const DoneToDeadLetters = z.object({
  done: z.array(z.string()),
  failed: z.array(DeadLetterFailure),
  more: z.boolean(),
});
export type DoneToDeadLetters = z.infer<typeof DoneToDeadLetters>;

const credential = z.string();
/** The caller's address, which is kept with what was done. */
const from = z.string().max(200).optional();

/**
 * Records that could not be read. Whoever holds a credential sees those of its account; an admin key of an operator account
 * also those of nobody's.
 */
export const deadLetterCommands = {
  /** The newest first; dropped ones only when they are asked for. */
  listDeadLetters: {
    request: z.object({
      credential,
      filter: DeadLetterFilter,
      limit: z.number().int().min(1).max(1_000),
      before: DeadLetterPlace.optional(),
    }),
    response: resultOf(
      z.object({
        deadLetters: z.array(DeadLetterSummary),
        /** Null on the last page. */
        next: DeadLetterPlace.nullable(),
      }),
    ),
  },
  getDeadLetter: {
    request: z.object({ credential, deadLetterId: z.string() }),
    response: resultOf(DeadLetter),
  },
  /** Publishes the records again, the oldest first. By a filter: those that wait and can be put back. */
  putBackDeadLetters: {
    request: z.object({ credential, selection: DeadLetterSelection, from }),
    response: resultOf(DoneToDeadLetters),
  },
  /** Forgets the records; that they were there is known for a while. Dropping a dropped one changes nothing. */
  dropDeadLetters: {
    request: z.object({ credential, selection: DeadLetterSelection, from }),
    response: resultOf(DoneToDeadLetters),
  },
} satisfies CommandTable;

export type DeadLetters = Commands<typeof deadLetterCommands>;
