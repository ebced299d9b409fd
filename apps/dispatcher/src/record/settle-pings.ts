import type { ClientBase } from 'pg';
import { float8Array, int4Array, textArray, timestampArray } from '../database/binary-array.js';
import type { Attempt, Ping, Verdict } from '../model/delivery.js';
import { PING_RETRIES } from '../schedule/ping-retries.js';
import type { EventFact, PingFact } from './fact.js';
import { pingFailure } from './ping-failure.js';
import { plainText } from './refusal.js';

/**
 * Two transactions may open and settle pings of the same webhooks: they lock the rows in the same order, before anything
 * else of them is touched.
 */
const LOCK = `
  select p.webhook_id from dispatch.ping p where p.webhook_id = any($1::text[]) order by p.webhook_id for update`;

/** Another attempt of the same ping, which tells of all that came meanwhile. */
const POSTPONE = `
  update dispatch.ping p
  set attempt = u.attempt, due_at = now() + ($5::float8 + u.due_in) * interval '1 millisecond', lease = null, again = false
  from unnest($1::text[], $2::text[], $3::int4[], $4::float8[]) as u(webhook_id, lease, attempt, due_in)
  where p.webhook_id = u.webhook_id and p.lease = u.lease
  returning p.webhook_id`;

/** It is over, and something new was recorded while it was under way: another ping begins. */
const BEGIN_AGAIN = `
  update dispatch.ping p
  set attempt = 1, due_at = now() + ($4::float8 + u.due_in) * interval '1 millisecond', lease = null, again = false,
    created_at = now() + $4::float8 * interval '1 millisecond'
  from unnest($1::text[], $2::text[], $3::float8[]) as u(webhook_id, lease, due_in)
  where p.webhook_id = u.webhook_id and p.lease = u.lease and p.again
  returning p.webhook_id`;

const END = `
  delete from dispatch.ping p using unnest($1::text[], $2::text[]) as u(webhook_id, lease)
  where p.webhook_id = u.webhook_id and p.lease = u.lease
  returning p.webhook_id`;

const RECORD_RESULTS = `
  insert into dispatch.ping_result as r
    (webhook_id, success, completed_at, duration_ms, retry_number, error, will_be_retried, last_success_at)
  select u.webhook_id, u.error is null, u.completed_at, u.duration_ms, u.retry_number, u.error, u.retried > 0,
    case when u.error is null then u.completed_at end
  from unnest($1::text[], $2::timestamptz[], $3::float8[], $4::int4[], $5::text[], $6::int4[])
    as u(webhook_id, completed_at, duration_ms, retry_number, error, retried)
  order by u.webhook_id
  on conflict (webhook_id) do update
  set success = excluded.success, completed_at = excluded.completed_at, duration_ms = excluded.duration_ms,
    retry_number = excluded.retry_number, error = excluded.error, will_be_retried = excluded.will_be_retried,
    last_success_at = coalesce(excluded.last_success_at, r.last_success_at)`;

/**
 * When a webhook was turned off because of its ping, what came meanwhile is looked at again only once every dispatcher has
 * heard of that: by then it is either pinged, as it was turned on again, or dropped.
 */
const AFTER_TURNING_OFF_MS = 5_000;

/** Locks the pings that the transaction settles and those that it opens, in the order in which every transaction does. */
export async function lockPings(
  client: ClientBase,
  settled: readonly PingFact[],
  events: readonly EventFact[],
): Promise<void> {
  // Those that open some and settle none take their locks in that order anyway.
  if (settled.length === 0) return;
  const opened = events.flatMap(({ change }) => change?.lists.filter(({ pings }) => pings) ?? []);
  const webhookIds = [...settled.map(({ ping }) => ping.webhookId), ...opened.map(({ webhookId }) => webhookId)];
  await client.query({ name: 'dispatch-lock-pings', text: LOCK, values: [textArray(webhookIds)] });
}

/**
 * Writes what became of claimed pings whose rows are still under their leases, and how their attempts went. The rows must
 * be locked. Answers those pings.
 */
export async function settlePings(
  client: ClientBase,
  facts: readonly PingFact[],
  shiftMs: number,
): Promise<readonly PingFact[]> {
  if (facts.length === 0) return [];
  const ended = facts.filter(({ verdict }) => verdict.state !== 'pending');
  const settled = new Set<string>();
  for (const group of [
    await postpone(
      client,
      facts.filter(({ verdict }) => verdict.state === 'pending'),
      shiftMs,
    ),
    await beginAgain(client, ended, shiftMs),
    await end(client, ended),
  ]) {
    for (const webhookId of group) settled.add(webhookId);
  }
  const written = facts.filter(({ ping }) => settled.has(ping.webhookId));
  await recordResults(
    client,
    written.flatMap(({ ping, attempt, verdict }) => (attempt === null ? [] : [{ ping, attempt, verdict }])),
  );
  return written;
}

const idsAndLeases = (facts: readonly PingFact[]): Buffer[] => [
  textArray(facts.map(({ ping }) => ping.webhookId)),
  textArray(facts.map(({ ping }) => ping.origin.lease)),
];

async function idsOf(client: ClientBase, name: string, text: string, values: unknown[]): Promise<string[]> {
  const { rows } = await client.query<{ webhook_id: string }>({ name, text, values });
  return rows.map((row) => row.webhook_id);
}

async function postpone(client: ClientBase, facts: readonly PingFact[], shiftMs: number): Promise<string[]> {
  if (facts.length === 0) return [];
  return idsOf(client, 'dispatch-postpone-pings', POSTPONE, [
    ...idsAndLeases(facts),
    int4Array(facts.map(({ ping, attempt }) => (attempt === null ? ping.attempt : attempt.number + 1))),
    float8Array(facts.map(({ verdict }) => (verdict.state === 'pending' ? (verdict.dueInMs ?? 0) : 0))),
    shiftMs,
  ]);
}

async function beginAgain(client: ClientBase, facts: readonly PingFact[], shiftMs: number): Promise<string[]> {
  if (facts.length === 0) return [];
  return idsOf(client, 'dispatch-begin-pings-again', BEGIN_AGAIN, [
    ...idsAndLeases(facts),
    float8Array(facts.map(({ verdict }) => (verdict.state === 'exhausted' ? AFTER_TURNING_OFF_MS : 0))),
    shiftMs,
  ]);
}

async function end(client: ClientBase, facts: readonly PingFact[]): Promise<string[]> {
  return facts.length === 0 ? [] : idsOf(client, 'dispatch-end-pings', END, idsAndLeases(facts));
}

async function recordResults(
  client: ClientBase,
  made: readonly { ping: Ping; attempt: Attempt; verdict: Verdict }[],
): Promise<void> {
  if (made.length === 0) return;
  await client.query({
    name: 'dispatch-record-ping-results',
    text: RECORD_RESULTS,
    values: [
      textArray(made.map(({ ping }) => ping.webhookId)),
      timestampArray(made.map(({ attempt }) => attempt.startedAtMs + attempt.latencyMs)),
      float8Array(made.map(({ attempt }) => attempt.latencyMs)),
      int4Array(made.map(({ attempt }) => Math.min(attempt.number - 1, PING_RETRIES))),
      textArray(
        made.map(({ attempt, verdict }) => (verdict.state === 'delivered' ? null : plainText(pingFailure(attempt)))),
      ),
      int4Array(made.map(({ verdict }) => (verdict.state === 'pending' ? 1 : 0))),
    ],
  });
}
