import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The orders in which an account's lists are read, page by page. */
export class AddListOrders1796300300000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('drop index registry.api_key_account, registry.base_account');
    await runner.query('create index api_key_account on registry.api_key (account_id, id)');
    await runner.query('create index base_account on registry.base (account_id, created_at, id)');
    await runner.query('create index base_user_account on registry.base_user (account_id, created_at, id)');
    await runner.query('create index integration_account on registry.integration (account_id, created_at, client_id)');
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only');
  }
}
