import type { Arrival, Receiver } from '@sluice/testing/receiver';

/** One attempt as the receiver saw it. */
interface LaneEntry {
  webhookId: string;
  subject: string;
  eventId: string;
  /** Milliseconds since the epoch; it was answered no earlier than `untilMs`. */
  fromMs: number;
  untilMs: number;
}

/** What the endpoint does with an attempt: the `nth` of this event for this webhook. */
export type Decide = (attempt: { webhookId: string; subject: string; eventId: string; nth: number }) => {
  status: number;
  delayMs?: number;
};

/** Timers count whole milliseconds of their own. */
const EARLY_MS = 2;

/** What came to each webhook's endpoint, by subject, in the order of arrival. */
export class LaneLog {
  readonly #entries: LaneEntry[] = [];

  constructor(receiver: Receiver, decide: Decide) {
    receiver.answer((arrival) => {
      const named = { webhookId: arrival.path.slice(1), ...namesOf(arrival) };
      const nth = 1 + this.#entries.filter((entry) => isSame(entry, named)).length;
      const { status, delayMs = 0 } = decide({ ...named, nth });
      const untilMs = arrival.at + Math.max(0, delayMs - EARLY_MS);
      this.#entries.push({ ...named, fromMs: arrival.at, untilMs });
      return { status, delayMs };
    });
  }

  /** Ids of the events of each attempt, in the order in which they came. */
  attempts(webhookId: string, subject: string): string[] {
    return this.#of(webhookId, subject).map(({ eventId }) => eventId);
  }

  /** Ids of the events in the order in which each came for the first time. */
  firsts(webhookId: string, subject: string): string[] {
    return [...new Set(this.attempts(webhookId, subject))];
  }

  /** The same, with each event's repetitions directly after one another taken for one. */
  runs(webhookId: string, subject: string): string[] {
    const attempts = this.attempts(webhookId, subject);
    return attempts.filter((id, index) => id !== attempts[index - 1]);
  }

  /** Pairs of attempts that were under way at once, though they are of one subject. */
  overlaps(webhookId: string, subject: string): string[] {
    const entries = this.#of(webhookId, subject);
    return entries.flatMap((entry, index) => {
      const before = entries[index - 1];
      return before !== undefined && entry.fromMs < before.untilMs ? [`${before.eventId} & ${entry.eventId}`] : [];
    });
  }

  #of(webhookId: string, subject: string): LaneEntry[] {
    return this.#entries.filter((entry) => entry.webhookId === webhookId && entry.subject === subject);
  }
}

const namesOf = ({ headers }: Arrival): { subject: string; eventId: string } => ({
  subject: String(headers['ce-subject'] ?? ''),
  eventId: String(headers['ce-id']),
});

const isSame = (entry: LaneEntry, { webhookId, eventId }: { webhookId: string; eventId: string }): boolean =>
  entry.webhookId === webhookId && entry.eventId === eventId;
