import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Lists of all an account's deliveries go along an index of their own, however many webhooks they are of. */
export class AddAccountDeliveries1796300100000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('create index delivery_account on dispatch.delivery (account_id, state, ended_at)');
    await runner.query('create index pending_account on dispatch.pending (account_id, due_at)');
    await runner.query('drop index dispatch.rollup_failed');
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only: restore a backup instead');
  }
}
