import type { NextAttempt } from '@sluice/contracts/delivery-commands';
import type { Pool } from 'pg';
import { GENERAL_SCHEDULE } from '../schedule/retry-policy.js';
import type { IndexedWebhook } from '../webhooks/indexed-webhook.js';

interface PendingRow {
  /** Number of the attempt to make next, and of the first since the delivery was made or sent again. */
  attempt: number;
  first_attempt: number;
  /** Null while it stands behind another. */
  due_at: Date | null;
  due: boolean;
  leased: boolean;
  reason: string | null;
}

const READ = `
  select attempt, first_attempt, nullif(due_at, 'infinity') as due_at, reason, lease is not null as leased,
    due_at <= now() + $2::float8 * interval '1 millisecond' as due
  from dispatch.pending where id = $1`;

/** When the delivery is tried next, and why then; null when it is not pending (any more). */
export async function readNextAttempt(
  pool: Pool,
  deliveryId: string,
  webhook: IndexedWebhook | undefined,
  shiftMs: number,
): Promise<NextAttempt | null> {
  const { rows } = await pool.query<PendingRow>(READ, [deliveryId, shiftMs]);
  const [row] = rows;
  return row === undefined ? null : nextAttempt(row, webhook);
}

/** @param webhook as it is now; undefined when it is gone. */
function nextAttempt(row: PendingRow, webhook: IndexedWebhook | undefined): NextAttempt {
  const standing = webhook?.standing ?? 'deleted';
  if (standing === 'deleted' || standing === 'disabled') {
    return {
      at: null,
      because: `there is none: the webhook is ${standing}, and the delivery will be cancelled`,
    };
  }
  if (row.due_at === null) {
    return {
      at: null,
      because: 'it waits for an earlier delivery of its subject to end: the webhook keeps their order',
    };
  }
  if (standing === 'paused') return { at: null, because: 'the webhook is paused: it is tried when that is resumed' };
  if (row.leased) return { at: null, because: `attempt ${row.attempt} is under way, or about to start` };
  const at = row.due_at.toISOString();
  if (row.due) return { at, because: `${whyThen(row, webhook)}; it is due, and waits for its turn: ${WAITS_FOR}` };
  return { at, because: whyThen(row, webhook) };
}

const WAITS_FOR = "for the webhook's rate limit or concurrency, or for the pause that an endpoint gets that fails";

function whyThen({ attempt, first_attempt: first, reason }: PendingRow, indexed: IndexedWebhook | undefined): string {
  const schedule = (indexed?.webhook.dialect === 'airstack' ? indexed.webhook.retrySchedule : null) ?? GENERAL_SCHEDULE;
  // The schedule begins anew when it is sent again; attempts are numbered on, as the log shows them.
  const round = attempt - first + 1;
  const ofAll =
    first > 1
      ? `attempt ${attempt} (${round} of ${schedule.length} since it was sent again by hand)`
      : `attempt ${attempt} of ${schedule.length}`;
  if (round > 1) {
    const failed = `attempt ${attempt - 1} failed${reason === null ? '' : ` (${reason})`}`;
    return `${failed}; ${ofAll} follows by the webhook's schedule, later if the endpoint asked for it`;
  }
  if (first > 1) return `it has not been tried yet since then: ${ofAll}`;
  return (schedule[0] ?? 0) > 0
    ? `the webhook's schedule waits before ${ofAll}`
    : `it has not been tried yet: ${ofAll}`;
}
