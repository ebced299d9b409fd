import type { DeadLetterFilter, DeadLetterState } from '@sluice/contracts/dead-letter-commands';

/** Whose dead letters a caller sees. */
export interface Sight {
  accountId: string;
  /** Also those of which nobody knows whose they are. */
  nobodys: boolean;
}

/** Word for word as the partial indexes have it, or PostgreSQL would not take them. */
const OF_STATE: Record<DeadLetterState | 'any', string> = {
  waiting: 'd.dropped_at is null and d.put_back_at is null',
  put_back: 'd.dropped_at is null and d.put_back_at is not null',
  dropped: 'd.dropped_at is not null',
  any: 'd.dropped_at is null',
};

/** Of the row `d`, in that state, or else not dropped; its parameters are {@link filterValues}. */
export const letThrough = (state: DeadLetterState | undefined): string => `
  ($3::text is null or d.source_id = $3)
  and ($4::text is null or d.origin = $4)
  and ($5::text is null or position(lower($5) in lower(d.reason)) > 0)
  and ($6::timestamptz is null or d.at >= $6)
  and ($7::timestamptz is null or d.at < $7)
  and ${OF_STATE[state ?? 'any']}`;

/** The parameters $1 to $7 of {@link letThrough} and {@link inSight}. */
export const filterValues = ({ accountId, nobodys }: Sight, filter: DeadLetterFilter): unknown[] => [
  accountId,
  nobodys,
  filter.sourceId ?? null,
  filter.topic ?? null,
  filter.reason ?? null,
  filter.since ?? null,
  filter.until ?? null,
];

/**
 * Rows of the caller's account and, where it sees those, of nobody's: both along the index, in the same order. It has those of
 * nobody's under the empty text, as PostgreSQL reads no order out of an index whose first column is null.
 */
export const inSight = (shown: string, condition: string, order: string): string => `
  select * from (
    (select ${shown} from dispatch.dead_letter d where coalesce(d.account_id, '') = $1 and ${condition} ${order})
    union all
    (select ${shown} from dispatch.dead_letter d where $2::boolean and coalesce(d.account_id, '') = '' and ${condition} ${order})
  ) d ${order}`;

/** Whether the caller sees the row `d`, by the first two parameters. */
export const SEEN = '(d.account_id = $1 or ($2::boolean and d.account_id is null))';
