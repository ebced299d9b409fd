import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The newest events of each account and type, to try filters on. A copy that may lack some: what is promised hangs on
 * dispatch.event. `recipient` is empty for events that are for every account.
 */
export class AddRecentEvents1796000400000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table dispatch.recent_event (
        recipient bytea not null,
        type bytea not null,
        accepted_at timestamptz not null,
        partition integer not null,
        position bigint not null,
        source bytea not null,
        id bytea not null,
        data bytea,
        primary key (recipient, type, accepted_at, partition, position)
      ) with (autovacuum_vacuum_scale_factor = 0.05)`);
    await runner.query('create index recent_event_age on dispatch.recent_event (accepted_at)');
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only: restore a backup instead');
  }
}
