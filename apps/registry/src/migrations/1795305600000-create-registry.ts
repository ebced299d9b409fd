import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The first tables. Constraints and indexes are named, because the entities name them too. */
export class CreateRegistry1795305600000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createAccounts(runner);
    await createWebhooks(runner);
    await createFeed(runner);
    await createAuditTrail(runner);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only');
  }
}

async function createAccounts(runner: QueryRunner): Promise<void> {
  await runner.query(`
    create table registry.account (
      id text not null,
      name text not null,
      operator boolean not null,
      webhook_count integer not null default 0,
      created_at timestamptz not null default now(),
      constraint account_pkey primary key (id)
    )`);
  await runner.query(`
    create table registry.api_key (
      id text not null,
      account_id text not null,
      kind text not null,
      audience text not null,
      hash bytea not null,
      created_at timestamptz not null default now(),
      revoked_at timestamptz,
      constraint api_key_pkey primary key (id),
      constraint api_key_hash unique (hash),
      constraint api_key_account_fkey foreign key (account_id) references registry.account (id)
    )`);
  await runner.query(`create index api_key_account on registry.api_key (account_id)`);
  await runner.query(`
    create table registry.event_type (
      account_id text not null,
      name text not null,
      description text not null,
      schema text,
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now(),
      constraint event_type_pkey primary key (account_id, name),
      constraint event_type_account_fkey foreign key (account_id) references registry.account (id)
    )`);
}

async function createWebhooks(runner: QueryRunner): Promise<void> {
  await runner.query(`
    create table registry.webhook (
      id text not null,
      account_id text not null,
      dialect text not null,
      endpoint text not null,
      event_type text not null,
      filter text,
      state text not null,
      disabled_reason text,
      sealed bytea,
      sealing_key text,
      created_at timestamptz not null,
      created_revision bigint not null,
      revision bigint not null,
      deleted_at timestamptz,
      constraint webhook_pkey primary key (id),
      constraint webhook_revision unique (revision),
      constraint webhook_account_fkey foreign key (account_id) references registry.account (id)
    )`);
  await runner.query(`create index webhook_account on registry.webhook (account_id, id)`);
  await runner.query(`create index webhook_sealing_key on registry.webhook (sealing_key)`);
}

async function createFeed(runner: QueryRunner): Promise<void> {
  await runner.query(`
    create table registry.revision (
      id smallint not null,
      value bigint not null,
      constraint revision_pkey primary key (id),
      constraint revision_is_one_row check (id = 1)
    )`);
  await runner.query(`insert into registry.revision (id, value) values (1, 0)`);
  await runner.query(`
    create table registry.follower (
      dispatcher text not null,
      revision bigint not null,
      lease_until timestamptz not null,
      constraint follower_pkey primary key (dispatcher)
    )`);
  await runner.query(`
    create table registry.webhook_fact (
      revision bigint not null,
      webhook_id text not null,
      fact text not null,
      constraint webhook_fact_pkey primary key (revision)
    )`);
}

async function createAuditTrail(runner: QueryRunner): Promise<void> {
  await runner.query(`
    create table registry.audit_entry (
      id bigint generated always as identity,
      at timestamptz not null,
      account_id text not null,
      key_id text,
      action text not null,
      subject text not null,
      reason text,
      came_from text,
      constraint audit_entry_pkey primary key (id)
    )`);
  await runner.query(`create index audit_entry_account on registry.audit_entry (account_id, id)`);
}
