import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What keys may do and until when, and the links and sessions of the portal. */
export class AddPortalAccess1796200000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      'alter table registry.api_key add column scopes text[], add column expires_at timestamptz, add column name text',
    );
    await runner.query(`
      create table registry.portal_link (
        id text not null,
        account_id text not null,
        key_id text not null,
        created_at timestamptz not null,
        expires_at timestamptz not null,
        revoked_at timestamptz,
        constraint portal_link_pkey primary key (id),
        constraint portal_link_account_fkey foreign key (account_id) references registry.account (id)
      )`);
    await runner.query('create index portal_link_account on registry.portal_link (account_id, id)');
    await runner.query('create index portal_link_expiry on registry.portal_link (expires_at)');
    await runner.query(`
      create table registry.portal_session (
        id text not null,
        account_id text not null,
        key_id text not null,
        link_id text,
        hash bytea not null,
        created_at timestamptz not null,
        expires_at timestamptz not null,
        constraint portal_session_pkey primary key (id),
        constraint portal_session_hash unique (hash),
        constraint portal_session_account_fkey foreign key (account_id) references registry.account (id)
      )`);
    await runner.query('create index portal_session_link on registry.portal_session (account_id, link_id, id)');
    await runner.query('create index portal_session_expiry on registry.portal_session (expires_at)');
    await runner.query('create index audit_entry_subject on registry.audit_entry (account_id, subject, id)');
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only');
  }
}
