import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What an endpoint answered beside status and body, of attempts that did not succeed; null of all others, and in older rows. */
export class AddResponseHeaders1796300000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table dispatch.attempt add column response_headers bytea');
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only: restore a backup instead');
  }
}
