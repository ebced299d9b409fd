import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Topics of which accounts get the records as events, and what importers tell of them. */
export class AddSources1796100000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table registry.source (
        id text not null,
        account_id text not null,
        topic text not null,
        format text not null,
        description text,
        mapping json,
        debezium json,
        start_at text not null,
        status text not null,
        created_at timestamptz not null,
        updated_at timestamptz not null,
        revision integer not null,
        imported bigint not null default 0,
        dead_letters bigint not null default 0,
        constraint source_pkey primary key (id),
        constraint source_topic unique (account_id, topic),
        constraint source_account_fkey foreign key (account_id) references registry.account (id)
      )`);
    await runner.query('create index source_account on registry.source (account_id, id)');
    await runner.query(`
      create table registry.source_report (
        source_id text not null,
        instance text not null,
        revision integer not null,
        reported_at timestamptz not null,
        partitions json not null,
        imported bigint not null,
        dead_letters bigint not null,
        last_error_at timestamptz,
        last_error text,
        constraint source_report_pkey primary key (source_id, instance),
        constraint source_report_source_fkey foreign key (source_id) references registry.source (id) on delete cascade
      )`);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only');
  }
}
