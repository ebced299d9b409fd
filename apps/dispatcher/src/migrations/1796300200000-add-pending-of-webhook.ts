import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A job that tries all of a webhook's waiting deliveries goes along them by their ids, each once, a step at a time. */
export class AddPendingOfWebhook1796300200000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('create index pending_of_webhook on dispatch.pending (webhook_id, id)');
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only: restore a backup instead');
  }
}
