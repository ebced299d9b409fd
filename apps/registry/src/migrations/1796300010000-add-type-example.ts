import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Data of an event of a type, as the account wrote it; null in older rows, which may have one in their schema. */
export class AddTypeExample1796300010000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table registry.event_type add column example text');
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only: restore a backup instead');
  }
}
