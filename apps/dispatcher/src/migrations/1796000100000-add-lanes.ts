import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Order per subject, for webhooks that ask for it. Pending rows with a `lane` stand in line by their place in the stream:
 * the first of them is due like any other row, and those behind it are due at `infinity` until it has ended. So whatever
 * claims, leases, gives back and shares out due rows sees one row of a lane, and knows nothing of lanes.
 */
export class AddLanes1796000100000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // `lane` null: nothing waits for it. `not_before`: in a lane, when its next attempt may be made, if that has to wait.
    await runner.query('alter table dispatch.pending add column lane bytea, add column not_before timestamptz');
    await runner.query(`
      create index pending_lane on dispatch.pending (webhook_id, lane, partition, position) where lane is not null`);
    // Whether a lane has a row that is due, however many stand in it.
    await runner.query(`
      create index pending_lane_head on dispatch.pending (webhook_id, lane)
      where lane is not null and due_at < 'infinity'`);

    // Of each lane that has rows. Who adds rows to a lane or ends some of it locks this one first: otherwise one that
    // comes to stand behind the head, and the head's end, could each be decided without the other.
    await runner.query(`
      create table dispatch.lane (
        webhook_id text not null,
        lane bytea not null,
        primary key (webhook_id, lane)
      ) with (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 500)`);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only: restore a backup instead');
  }
}
