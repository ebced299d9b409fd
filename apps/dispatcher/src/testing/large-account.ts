import pg from 'pg';
import { createDay, DAILY_TABLES, dayAfter } from '../retention/day-partitions.js';

/** The account that {@link fillLargeAccount} fills, and its webhooks by number. */
export const LARGE = 'large';
const WEBHOOKS = 10_000;
export const largeWebhook = (number: number): string => `large-${number}`;
/** Of so many days there is something. */
const DAYS = 30;
/** Each of these events went to all webhooks within one second, the newest a few minutes ago. */
const FANNED_OUT = 2;
/** And each of these to one: every tenth to webhook 7. */
const SINGLE = 20_000;

const WHERE_IT_STOOD = `
  select event, webhook, accepted, (accepted at time zone 'utc')::date as day, event % 8 as partition, 1000000 + event as position,
    sha256(event::text::bytea) as identity
  from large_account`;

/** Rows as they are after 30 days of an account with very many webhooks, some of which had an event at the same time. */
export async function fillLargeAccount(databaseUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query("set timezone = 'utc'");
    await makeDays(client);
    await client.query(`
      create temporary table large_account as
        select e as event, w as webhook, now() - e * interval '10 days' - interval '5 minutes' as accepted
        from generate_series(0, ${FANNED_OUT - 1}) e, generate_series(0, ${WEBHOOKS - 1}) w
      union all
        select 1000 + n, case when n % 10 = 0 then 7 else n % ${WEBHOOKS} end, now() - n * interval '128 seconds'
        from generate_series(1, ${SINGLE}) n`);
    for (const statement of STATEMENTS) await client.query(statement);
    await client.query('vacuum analyze');
  } finally {
    await client.end();
  }
}

async function makeDays(client: pg.ClientBase): Promise<void> {
  for (let back = 0; back < DAYS; back++) {
    const day = dayAfter(Date.now(), -back);
    for (const table of DAILY_TABLES) {
      await client.query('begin');
      await createDay(client, table, day);
      await client.query('commit');
    }
  }
}

const STATEMENTS = [
  `insert into dispatch.event (day, identity, partition, position, account, source, id, type, audience, accepted_at, matched)
   select distinct on (event) day, identity, partition, position, '${LARGE}', '/s', ('event-' || event)::bytea, 't',
     '{"to":"own"}', accepted, 1 from (${WHERE_IT_STOOD}) e order by event`,
  `insert into dispatch.delivery (day, id, webhook_id, account_id, partition, position, identity, state, ended_at)
   select day, 'msg_' || event || '_' || webhook, 'large-' || webhook, '${LARGE}', partition, position, identity,
     case when (event + webhook) % 50 = 0 then 'exhausted' when (event + webhook) % 997 = 0 then 'cancelled' else 'delivered' end,
     accepted + webhook % 1000 * interval '1 millisecond' from (${WHERE_IT_STOOD}) e`,
  `insert into dispatch.attempt (day, delivery_id, number, started_at, latency_ms, status, excerpt)
   select day, id, 1, ended_at, 8, case state when 'delivered' then 200 else 500 end, '' from dispatch.delivery`,
  `insert into dispatch.rollup
   select (hour at time zone 'utc')::date, hour, webhook_id, account_id, count(*), 0, count(*) filter (where state = 'delivered'),
     count(*) filter (where state = 'exhausted'), count(*) filter (where state = 'cancelled'), ${Array(16).fill(0)}, max(ended_at)
   from (select *, date_trunc('hour', ended_at) as hour from dispatch.delivery) d group by hour, webhook_id, account_id`,
  `insert into dispatch.pending
     (id, webhook_id, account_id, identity, day, partition, position, accepted_at, attempt, due_at, created_at)
   select 'msg_' || md5(n::text), 'large-' || case when n % 2 = 0 then 7 else n % ${WEBHOOKS} end, '${LARGE}', sha256('1001'), current_date, 1, 1001001, now(), 2,
     now() + interval '1 hour' + n * interval '1 second', now() from generate_series(1, 4000) n`,
  // Those of others come first in the order of all.
  `insert into dispatch.pending
   select 'msg_' || md5(n || id), 'other', 'other', identity, day, partition, position, accepted_at, attempt, due_at + interval '1 day',
     lease, reason, created_at from dispatch.pending cross join generate_series(1, 5) n`,
  `insert into dispatch.recent_event (recipient, type, accepted_at, partition, position, source, id, data)
   select '${LARGE}', 't', now() - n * interval '1 second', n % 8, n, '/s', n::text::bytea, '{}' from generate_series(1, 500) n`,
  `insert into dispatch.job (id, account_id, request, rate, state, parts, due_at, created_at, ended_at, asked_by)
   select 'job_' || lpad(n::text, 10, '0'), '${LARGE}', '{"kind":"resend","deliveryId":"x"}', 1, 'done', '[]', now(), now(), now(), 'k'
   from generate_series(1, 20000) n`,
];
