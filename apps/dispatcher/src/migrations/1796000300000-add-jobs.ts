import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What is done by hand: jobs that make deliveries anew, in steps, and what they need of the rows of deliveries. */
export class AddJobs1796000300000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // due_at doubles as the end of the lease, as in dispatch.pending. `parts`: one for each webhook, with its cursor.
    // `plan`: the stretches of the stream that are to be read, once they are known. `asked_…`: for the audit trail.
    await runner.query(`
      create table dispatch.job (
        id text primary key,
        account_id text not null,
        request jsonb not null,
        rate double precision not null,
        state text not null check (state in ('running', 'done', 'cancelled', 'failed')),
        reason text,
        parts jsonb not null,
        plan jsonb,
        total bigint,
        done bigint not null default 0,
        inserted bigint not null default 0,
        not_possible bigint not null default 0,
        notes text[] not null default '{}',
        failures integer not null default 0,
        due_at timestamptz not null,
        lease text,
        created_at timestamptz not null,
        ended_at timestamptz,
        asked_by text not null,
        asked_from text
      ) with (fillfactor = 50)`);
    await runner.query("create index job_due on dispatch.job (due_at) where state = 'running'");
    await runner.query('create index job_account on dispatch.job (account_id, id)');
    await runner.query('create index job_ended on dispatch.job (ended_at)');

    // A delivery that is made or sent again by hand begins then, and with that attempt; null: it began with its event.
    await runner.query(`
      alter table dispatch.pending
        add column begun_at timestamptz,
        add column first_attempt integer not null default 1`);
    await runner.query('create index pending_life on dispatch.pending (coalesce(begun_at, accepted_at))');
    await runner.query('create index pending_begun on dispatch.pending (accepted_at) where begun_at is not null');
    await runner.query('drop index dispatch.pending_age');

    // With it the event and its body are found; null in rows of former versions.
    await runner.query('alter table dispatch.delivery add column identity bytea');
    await runner.query('create index delivery_webhook on dispatch.delivery (webhook_id, ended_at)');
    await runner.query(
      "create index delivery_failed on dispatch.delivery (webhook_id, ended_at) where state <> 'delivered'",
    );
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only: restore a backup instead');
  }
}
