import type { DeliveryPlace, DeliveryState, DeliverySummary } from '@sluice/contracts/delivery-commands';
import type { Pool } from 'pg';
import { type DeliveryRow, ENDED, PENDING, shownRows, summaryOf } from './delivery-rows.js';

/** What every list of deliveries may be narrowed by. */
export interface DeliveryQuestion {
  accountId: string;
  state?: DeliveryState | undefined;
  /** ISO 8601 */
  since?: string | undefined;
  /** ISO 8601, excluded */
  until?: string | undefined;
  before?: DeliveryPlace | undefined;
  limit: number;
}

export interface DeliveryPage {
  deliveries: DeliverySummary[];
  /** Null when there are no more. */
  next: DeliveryPlace | null;
}

/** The numbers of the parameters that are in every question; those behind {@link FIRST_OWN} are the question's own. */
export const FIRST_OWN = 7;

const questionValues = ({ accountId, since, until, before, limit }: DeliveryQuestion): unknown[] => [
  accountId,
  since ?? '-infinity',
  until ?? null,
  before?.at ?? null,
  before?.id ?? null,
  limit + 1,
];

/**
 * A page of these rows, the newest first; a row that is due later is newer than one that has ended. Those that wait behind
 * others in lanes are due at infinity, and come first of all.
 */
const page = (rows: string, at: string, id: string, condition: string): string => `(${rows}
  where ${condition} and account_id = $1 and ${at} >= $2 and ($3::timestamptz is null or ${at} < $3)
    and ($4::timestamptz is null or (${at}, ${id}) < ($4::timestamptz, $5))
  order by ${at} desc, ${id} desc limit $6)`;

/** Where the condition on the state is written out it is that of an index: delivered ones are not read. */
const STATES: Record<Exclude<DeliveryState, 'pending'> | 'any', string> = {
  delivered: "and d.state = 'delivered'",
  exhausted: "and d.state <> 'delivered' and d.state = 'exhausted'",
  cancelled: "and d.state <> 'delivered' and d.state = 'cancelled'",
  any: '',
};

/** @param condition which of them, of the table `p`. */
const pendingPage = (condition: string): string => page(PENDING, 'p.due_at', 'p.id', condition);

/** @param condition which of them, of the table `d`. */
const endedPage = (condition: string, state: keyof typeof STATES): string =>
  page(ENDED, 'd.ended_at', 'd.id', `${condition} ${STATES[state]}`);

/** The newest of several pages. */
const newestOf = (...pages: readonly string[]): string =>
  `${pages.join(' union all ')} order by at desc, id desc limit $6`;

/** What the rows of a page say, and the place behind it if there are more. */
export async function readPage(
  pool: Pool,
  rows: string,
  question: DeliveryQuestion,
  own: readonly unknown[],
): Promise<DeliveryPage> {
  const { rows: found } = await pool.query<DeliveryRow>(shownRows(rows), [...questionValues(question), ...own]);
  const shown = found.slice(0, question.limit);
  const last = shown.at(-1);
  return {
    deliveries: shown.map(summaryOf),
    next: found.length > question.limit && last !== undefined ? { at: last.place, id: last.id } : null,
  };
}

const OF_WEBHOOK = `webhook_id = $${FIRST_OWN}`;

/** A page of one webhook's deliveries, along its index. */
export function readWebhookPage(pool: Pool, webhookId: string, question: DeliveryQuestion): Promise<DeliveryPage> {
  return readPage(pool, pagesOf(question.state, OF_WEBHOOK, OF_WEBHOOK), question, [webhookId]);
}

const ENDED_STATES = ['delivered', 'exhausted', 'cancelled'] as const;

/** A page of all the account's deliveries, along indexes that have each state by itself. */
export function readAccountPage(pool: Pool, question: DeliveryQuestion): Promise<DeliveryPage> {
  const { state } = question;
  const ended = ENDED_STATES.map((each) => endedPage('true', each));
  const rows = state === undefined ? newestOf(pendingPage('true'), ...ended) : pagesOf(state, 'true', 'true');
  return readPage(pool, rows, question, []);
}

/** The pages in which rows of the state are: pending ones, ended ones, or both. */
export function pagesOf(state: DeliveryState | undefined, pending: string, ended: string): string {
  if (state === 'pending') return pendingPage(pending);
  if (state !== undefined) return endedPage(ended, state);
  return newestOf(pendingPage(pending), endedPage(ended, 'any'));
}
