import type { MigrationInterface, QueryRunner } from 'typeorm';

/** From when on events are for a webhook that were accepted before it was created. */
export class AddStartFrom1796000300000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table registry.webhook add column start_from text');
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only');
  }
}
