import type { ClientBase } from 'pg';
import type { OperationalEvent } from '../announcements/operational-event.js';
import { INSERT_OPERATIONAL, operationalValues } from '../announcements/write-operational.js';
import { int4Array, textArray } from '../database/binary-array.js';
import { countOutcomes, type OutcomeCounts, type WrittenOutcome } from './outcome-counts.js';
import { addToRollups } from './write-rollups.js';

/**
 * A success ends the streak, whose end is told if its beginning was; what failed after it begins another. The row of a
 * webhook that fares well goes with the next look at the streaks (streak-watch.ts). Rows are locked in the order of
 * webhooks, as everywhere.
 */
const STEP_STREAKS = `
  with told as (${INSERT_OPERATIONAL})
  insert into dispatch.webhook_health as h
    (webhook_id, account_id, failing_since, last_failed_at, failures, exhausted, recovered_at)
  select u.webhook_id, u.account_id, case when u.failures > 0 then now.at end, case when u.failures > 0 then now.at end,
    u.failures, u.exhausted, case when u.broken > 0 then now.at end
  from unnest($12::text[], $13::text[], $14::int4[], $15::int4[], $16::int4[])
    as u(webhook_id, account_id, broken, failures, exhausted)
  cross join (select now() + $11::float8 * interval '1 millisecond' as at) now
  order by u.webhook_id
  on conflict (webhook_id) do update set
    failing_since = case when excluded.recovered_at is null then coalesce(h.failing_since, excluded.failing_since)
      else excluded.failing_since end,
    last_failed_at = coalesce(excluded.last_failed_at, h.last_failed_at),
    failures = case when excluded.recovered_at is null then h.failures else 0 end + excluded.failures,
    exhausted = case when excluded.recovered_at is null then h.exhausted else 0 end + excluded.exhausted,
    recovered_at = coalesce(h.recovered_at, case when h.told_since is not null then excluded.recovered_at end)`;

/**
 * Counts outcomes, and what they tell of how webhooks fare, with the deliveries that were given up: one statement for
 * successes of webhooks that fare well, two for whatever else. Part of the transaction that writes the outcomes, at its end.
 */
export async function writeHealth(
  client: ClientBase,
  outcomes: readonly WrittenOutcome[],
  exhausted: readonly OperationalEvent[],
  shiftMs: number,
): Promise<void> {
  const counts = countOutcomes(outcomes);
  const failing = await addToRollups(client, counts, shiftMs);
  const steps = counts.filter(
    ({ webhookId, streak }) =>
      streak.failures > 0 || ((streak.broken || streak.exhausted > 0) && failing.has(webhookId)),
  );
  if (steps.length > 0 || exhausted.length > 0) await stepStreaks(client, steps, exhausted, shiftMs);
}

async function stepStreaks(
  client: ClientBase,
  steps: readonly OutcomeCounts[],
  exhausted: readonly OperationalEvent[],
  shiftMs: number,
): Promise<void> {
  await client.query({
    name: 'dispatch-step-streaks',
    text: STEP_STREAKS,
    values: [
      ...operationalValues(exhausted, shiftMs),
      textArray(steps.map(({ webhookId }) => webhookId)),
      textArray(steps.map(({ accountId }) => accountId)),
      int4Array(steps.map(({ streak }) => (streak.broken ? 1 : 0))),
      int4Array(steps.map(({ streak }) => streak.failures)),
      int4Array(steps.map(({ streak }) => streak.exhausted)),
    ],
  });
}
