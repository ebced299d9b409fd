import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Dead letters are shown, put back and dropped: each has an id, an account where that is known, and the place that its record
 * came from. One that is dropped leaves its row without the record, so that a record that comes once more is known.
 *
 * The id is made of the row's key (dead-letters/letter-columns.ts), and what came from our own topic may leave its origin's
 * place out: so no row has to be written anew, and a dispatcher of the version before, which knows none of these columns,
 * goes on writing dead letters while the others are replaced.
 */
export class AddDeadLetterOrigin1796000500000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table dispatch.dead_letter
        add column account_id text,
        add column source_id text,
        add column origin_partition integer,
        add column origin_offset bigint,
        add column origin_ms bigint,
        add column cut_from bigint,
        add column former_id text,
        add column former_times integer,
        add column put_back_times integer not null default 0,
        add column put_back_at timestamptz,
        add column put_back_by text,
        add column put_back_from text,
        add column dropped_at timestamptz,
        add column dropped_by text,
        add column dropped_from text`);
    await runner.query(`
      create unique index dead_letter_id on dispatch.dead_letter
        (('dlt_' || lpad(to_hex(partition), 16, '0') || lpad(to_hex(position), 16, '0')))`);
    // The same record of a source may be published more than once, and put back more than once: each time counts once. What
    // names a source also has its origin's place.
    await runner.query(`
      create unique index dead_letter_origin on dispatch.dead_letter (source_id, origin, origin_partition, origin_offset,
        coalesce(origin_ms, -1), coalesce(former_id, ''), coalesce(former_times, 0)) where source_id is not null`);
    // Lists by time: of what waits, of what was not dropped, of what was. Those of nobody's are in the same index, together.
    const lists = {
      dead_letter_waiting: 'dropped_at is null and put_back_at is null',
      dead_letter_list: 'dropped_at is null',
      dead_letter_dropped: 'dropped_at is not null',
    };
    for (const [name, state] of Object.entries(lists)) {
      await runner.query(
        `create index ${name} on dispatch.dead_letter (coalesce(account_id, ''), at, partition, position) where ${state}`,
      );
    }
    await runner.query('create index dead_letter_age on dispatch.dead_letter (at)');
    await runner.query(
      'create index dead_letter_former on dispatch.dead_letter (former_id) where former_id is not null',
    );
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only: restore a backup instead');
  }
}
