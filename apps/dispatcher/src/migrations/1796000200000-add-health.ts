import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Upper bounds of the latency histogram's columns in milliseconds; what is beyond the last one has a column of its own. */
const BOUNDS_MS = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384];

/** How webhooks fare: counts for statistics, streaks of failures, and the events about them that are still to be told. */
export class AddHealth1796000200000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // Counts by webhook and hour of recording. The histogram is columns and no array: adding up is then an ordinary update.
    await runner.query(`
      create table dispatch.rollup (
        day date not null,
        hour timestamptz not null,
        webhook_id text not null,
        account_id text not null,
        succeeded integer not null,
        failed integer not null,
        delivered integer not null,
        exhausted integer not null,
        cancelled integer not null,
        ${BOUNDS_MS.map((bound) => `ms_${bound} integer not null,`).join('\n        ')}
        ms_beyond integer not null,
        primary key (webhook_id, hour, day)
      ) partition by range (day)`);
    await runner.query('create table dispatch.rollup_default partition of dispatch.rollup default');

    // Only webhooks that fail have a row. A streak begins with its first failed attempt and ends with a success; it is told
    // of at most once. told_since: the beginning of the streak that was told and whose end was not. recovered_at: that end.
    await runner.query(`
      create table dispatch.webhook_health (
        webhook_id text primary key,
        account_id text not null,
        failing_since timestamptz,
        last_failed_at timestamptz,
        failures bigint not null,
        exhausted bigint not null,
        told_since timestamptz,
        recovered_at timestamptz
      ) with (fillfactor = 50)`);
    // For who looks at the streaks of which something follows. None has a column that every failure changes.
    for (const [name, on] of [
      ['untold', '(webhook_id) where told_since is null'],
      ['recovered', '(webhook_id) where recovered_at is not null'],
      ['exhausted', '(failing_since) where exhausted >= 3'],
    ]) {
      await runner.query(`create index webhook_health_${name} on dispatch.webhook_health ${on}`);
    }

    // What is to be told of webhooks. The id is the event's position in partition -1. identity, partition, position and day
    // lead to the event whose delivery was given up. Kept for some days once expanded: what is in it is not told again.
    await runner.query(`
      create table dispatch.operational_event (
        id bigint generated always as identity primary key,
        type text not null,
        webhook_id text not null,
        account_id text not null,
        event_id text not null,
        at timestamptz not null,
        details bytea not null,
        identity bytea,
        partition integer,
        position bigint,
        day date,
        expanded boolean not null default false,
        constraint operational_event_once unique (webhook_id, event_id)
      )`);
    await runner.query('create index operational_event_waiting on dispatch.operational_event (id) where not expanded');
    await runner.query('create index operational_event_age on dispatch.operational_event (at)');
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only: restore a backup instead');
  }
}
