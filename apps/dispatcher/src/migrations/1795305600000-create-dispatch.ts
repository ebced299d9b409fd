import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The dispatcher's memory. Rules that shaped it:
 * - Whatever a user wrote (sources, ids, types, headers, bodies, excerpts) is `bytea`: `text` refuses a NUL byte, and a
 *   refused row must not hold up others. `text` is for what is ours, and for reasons, from which NULs were taken out.
 * - What grows with the number of events is partitioned by the event's day of acceptance (UTC), which is known from the
 *   event alone: writing the same batch again finds the same rows. Dropping a day is dropping a table. Days that have no
 *   partition, of late events for instance, fall into the default one.
 * - The identity or id leads each primary key, the day ends it: look-ups by id then need no day, and those that know the
 *   day touch one partition.
 * - No foreign keys: their checks would cost a look-up per row, and rows of one fact are written by one transaction.
 */
export class CreateDispatch1795305600000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // A handful of rows that are updated many times a second: the free space keeps the new versions on the same page.
    await runner.query(`
      create table dispatch.partition (
        partition integer primary key,
        epoch bigint not null,
        owner text not null,
        lease_until timestamptz not null,
        position bigint
      ) with (fillfactor = 10)`);

    // The same identity may stand at several places: only within a partition duplicates are sure to be recognised.
    await runner.query(`
      create table dispatch.event (
        day date not null,
        identity bytea not null,
        partition integer not null,
        position bigint not null,
        account bytea not null,
        source bytea not null,
        id bytea not null,
        type bytea not null,
        audience bytea not null,
        accepted_at timestamptz not null,
        matched integer not null,
        primary key (identity, partition, position, day)
      ) partition by range (day)`);
    await runner.query('create table dispatch.event_default partition of dispatch.event default');

    // Copies of an identity in several partitions may differ: a delivery has the bytes of the copy that it came from.
    await runner.query(`
      create table dispatch.event_body (
        day date not null,
        identity bytea not null,
        partition integer not null,
        position bigint not null,
        headers bytea not null,
        data bytea not null,
        primary key (identity, partition, position, day)
      ) partition by range (day)`);
    await runner.query('create table dispatch.event_body_default partition of dispatch.event_body default');

    // Bodies whose day was dropped while a pending delivery still needed them.
    await runner.query(`
      create table dispatch.kept_body (
        day date not null,
        identity bytea not null,
        partition integer not null,
        position bigint not null,
        headers bytea not null,
        data bytea not null,
        primary key (identity, partition, position, day)
      )`);

    await runner.query(`
      create table dispatch.delivery (
        day date not null,
        id text not null,
        webhook_id text not null,
        account_id text not null,
        partition integer not null,
        position bigint not null,
        state text not null check (state in ('delivered', 'exhausted', 'cancelled')),
        reason text,
        ended_at timestamptz not null,
        primary key (id, day)
      ) partition by range (day)`);
    // For "recorded means known": what a new owner of a partition loads from its position on. Also finds an event's
    // deliveries, since the event row knows its place.
    await runner.query('create index delivery_place on dispatch.delivery (partition, position)');
    await runner.query('create table dispatch.delivery_default partition of dispatch.delivery default');

    await runner.query(`
      create table dispatch.attempt (
        day date not null,
        delivery_id text not null,
        number integer not null,
        started_at timestamptz not null,
        latency_ms double precision not null,
        status integer,
        error text,
        excerpt bytea not null,
        primary key (delivery_id, number, day)
      ) partition by range (day)`);
    await runner.query('create table dispatch.attempt_default partition of dispatch.attempt default');

    // Small and hot, so not partitioned; rows turn over fast, so it is vacuumed long before the default's 20 % are dead.
    // due_at doubles as the end of the lease: a claimed row is simply not due until then.
    await runner.query(`
      create table dispatch.pending (
        id text primary key,
        webhook_id text not null,
        account_id text not null,
        identity bytea not null,
        day date not null,
        partition integer not null,
        position bigint not null,
        accepted_at timestamptz not null,
        attempt integer not null,
        due_at timestamptz not null,
        lease text,
        reason text,
        created_at timestamptz not null
      ) with (
        autovacuum_vacuum_scale_factor = 0.02,
        autovacuum_vacuum_threshold = 500,
        autovacuum_analyze_scale_factor = 0.05
      )`);
    // What is due, whatever the number of rows that are not; and what is leased, which is due within a lease's length.
    await runner.query('create index pending_due on dispatch.pending (due_at)');
    // Claims go from webhook to webhook along this index, whatever the number of rows of each.
    await runner.query('create index pending_webhook on dispatch.pending (webhook_id, due_at)');
    await runner.query('create index pending_place on dispatch.pending (partition, position)');
    // For retention: what is over its time, and which bodies of old days are still needed.
    await runner.query('create index pending_age on dispatch.pending (accepted_at)');

    await runner.query(`
      create table dispatch.dead_letter (
        partition integer not null,
        position bigint not null,
        reason text not null,
        origin text not null,
        key bytea,
        headers bytea,
        data bytea,
        at timestamptz not null,
        primary key (partition, position)
      )`);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only: restore a backup instead');
  }
}
