import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Requests under an `Idempotency-Key`, and what they were answered. */
export class AddIdempotentRequests1796000020000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table registry.idempotent_request (
        account_id text not null,
        key text not null,
        fingerprint bytea not null,
        lease text,
        lease_until timestamptz,
        expires_at timestamptz not null,
        sealed bytea,
        sealing_key text,
        constraint idempotent_request_pkey primary key (account_id, key),
        constraint idempotent_request_account_fkey foreign key (account_id) references registry.account (id)
      )`);
    await runner.query('create index idempotent_request_expiry on registry.idempotent_request (expires_at)');
    await runner.query('create index idempotent_request_sealing_key on registry.idempotent_request (sealing_key)');
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only');
  }
}
