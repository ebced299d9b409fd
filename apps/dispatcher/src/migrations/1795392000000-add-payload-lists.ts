import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What is kept for webhooks on bases' changes: numbered payloads, and one ping for each webhook that has something new.
 * All changes of a base are in one partition of the stream, so its rows are written under that partition's epoch.
 */
export class AddPayloadLists1795392000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // Every record before it is recorded, while some of its deliveries may still hold the position.
    await runner.query('alter table dispatch.partition add column recorded bigint');
    await runner.query('update dispatch.partition set recorded = position');

    // `given`: the publisher numbers the transactions. Fixed by the base's first change, as is the partition.
    await runner.query(`
      create table dispatch.base (
        base_id text not null,
        account_id text not null,
        partition integer not null,
        given boolean not null,
        last_transaction bigint not null,
        last_position bigint not null,
        primary key (base_id, account_id)
      ) with (fillfactor = 50)`);

    // Numbers advance by one conditional update in the transaction that inserts the payloads: `last_position < p`.
    // `closed`: its error payload is in; none comes after it.
    await runner.query(`
      create table dispatch.payload_list (
        webhook_id text primary key,
        last_number bigint not null,
        last_position bigint not null,
        closed boolean not null
      ) with (fillfactor = 50)`);

    // The bytes that are served, by the day of the event's acceptance: a day is dropped a week later.
    await runner.query(`
      create table dispatch.payload (
        day date not null,
        webhook_id text not null,
        number bigint not null,
        partition integer not null,
        position bigint not null,
        payload bytea not null,
        primary key (webhook_id, number, day)
      ) partition by range (day)`);
    // For an event's trail.
    await runner.query('create index payload_place on dispatch.payload (partition, position)');
    await runner.query('create table dispatch.payload_default partition of dispatch.payload default');

    // One at most for each webhook, so that changes share it while it waits. due_at doubles as the end of the lease, as in
    // dispatch.pending. `again`: something new was recorded while it was under way.
    await runner.query(`
      create table dispatch.ping (
        webhook_id text primary key,
        account_id text not null,
        attempt integer not null,
        due_at timestamptz not null,
        lease text,
        again boolean not null,
        created_at timestamptz not null
      ) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 500)`);
    await runner.query('create index ping_due on dispatch.ping (due_at)');

    // How the last ping of each webhook went (contract airtable 3.4).
    await runner.query(`
      create table dispatch.ping_result (
        webhook_id text primary key,
        success boolean not null,
        completed_at timestamptz not null,
        duration_ms double precision not null,
        retry_number integer not null,
        error text,
        will_be_retried boolean not null,
        last_success_at timestamptz
      ) with (fillfactor = 50)`);

    // What the registry has still to be told, in the order in which it was recorded.
    await runner.query(`
      create table dispatch.registry_note (
        id bigint generated always as identity primary key,
        kind text not null check (kind in ('schema_learnt', 'webhook_invalid')),
        account_id text not null,
        subject text not null,
        content bytea not null,
        created_at timestamptz not null
      )`);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only: restore a backup instead');
  }
}
