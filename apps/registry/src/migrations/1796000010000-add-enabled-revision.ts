import type { MigrationInterface, QueryRunner } from 'typeorm';

/** From which revision a webhook is enabled that was disabled before. */
export class AddEnabledRevision1796000010000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table registry.webhook add column enabled_revision bigint not null default 0');
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only');
  }
}
