import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What an account with many webhooks and a long audit trail looks up in them. */
export class AddLookUps1796300200000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create index webhook_state on registry.webhook (account_id, state, created_revision) where deleted_at is null`);
    // The trail is read by time, and page by page: by ids alone, a range of some days was found by reading all that is newer.
    await runner.query('drop index registry.audit_entry_account, registry.audit_entry_subject');
    await runner.query('create index audit_entry_account on registry.audit_entry (account_id, at, id)');
    await runner.query('create index audit_entry_subject on registry.audit_entry (account_id, subject, at, id)');
    await runner.query('create index audit_entry_action on registry.audit_entry (account_id, action, at, id)');
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only');
  }
}
