import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What owners may choose for each of their filter webhooks, and since when one is disabled. */
export class AddWebhookOptions1796000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table registry.webhook
        add column disabled_at timestamptz,
        add column enabled_at timestamptz,
        add column description text,
        add column ordering text not null default 'none',
        add column rate_limit double precision,
        add column concurrency integer,
        add column retry_schedule double precision[]`);
    // The audit trail knows since when those are disabled that are.
    await runner.query(`
      update registry.webhook set disabled_at = disabled.at
      from (
        select account_id, subject, max(at) as at from registry.audit_entry
        where action = 'webhook.disabled' group by account_id, subject
      ) disabled
      where webhook.state = 'disabled' and webhook.id = disabled.subject and webhook.account_id = disabled.account_id`);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only');
  }
}
