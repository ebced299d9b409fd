import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Bases with their schema, the people who work in them, their tokens, and webhooks on a base's changes. */
export class AddBases1795392000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createBases(runner);
    await createPeople(runner);
    await extendWebhooks(runner);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only');
  }
}

async function createBases(runner: QueryRunner): Promise<void> {
  await runner.query(`
    create table registry.base (
      id text not null,
      account_id text not null,
      name text not null,
      transaction_numbers text not null,
      created_at timestamptz not null,
      constraint base_pkey primary key (id),
      constraint base_account_fkey foreign key (account_id) references registry.account (id)
    )`);
  await runner.query(`create index base_account on registry.base (account_id)`);
  // Ids are unique within a base: nobody can take or probe those of another tenant's tables.
  await runner.query(`
    create table registry.base_table (
      base_id text not null,
      id text not null,
      name text,
      description text,
      position integer not null default 0,
      constraint base_table_pkey primary key (base_id, id),
      constraint base_table_base_fkey foreign key (base_id) references registry.base (id) on delete cascade
    )`);
  for (const part of ['base_field', 'base_view']) {
    await runner.query(`
      create table registry.${part} (
        base_id text not null,
        id text not null,
        table_id text not null,
        name text,
        type text,
        position integer not null default 0,
        constraint ${part}_pkey primary key (base_id, id),
        constraint ${part}_table_fkey foreign key (base_id, table_id)
          references registry.base_table (base_id, id) on delete cascade
      )`);
    await runner.query(`create index ${part}_table on registry.${part} (base_id, table_id)`);
  }
}

async function createPeople(runner: QueryRunner): Promise<void> {
  await runner.query(`
    create table registry.base_user (
      id text not null,
      account_id text not null,
      email text not null,
      name text,
      subject text,
      created_at timestamptz not null,
      constraint base_user_pkey primary key (id),
      constraint base_user_email unique (account_id, email),
      constraint base_user_subject unique (account_id, subject),
      constraint base_user_account_fkey foreign key (account_id) references registry.account (id)
    )`);
  await runner.query(`
    create table registry.collaborator (
      base_id text not null,
      user_id text not null,
      role text not null,
      constraint collaborator_pkey primary key (base_id, user_id),
      constraint collaborator_base_fkey foreign key (base_id) references registry.base (id) on delete cascade,
      constraint collaborator_user_fkey foreign key (user_id) references registry.base_user (id) on delete cascade
    )`);
  await runner.query(`create index collaborator_user on registry.collaborator (user_id)`);
  await runner.query(`
    create table registry.user_token (
      id text not null,
      account_id text not null,
      user_id text not null,
      kind text not null,
      name text not null,
      scopes text[] not null,
      bases text[],
      hash bytea not null,
      created_at timestamptz not null,
      revoked_at timestamptz,
      constraint user_token_pkey primary key (id),
      constraint user_token_hash unique (hash),
      constraint user_token_user_fkey foreign key (user_id) references registry.base_user (id) on delete cascade
    )`);
  await runner.query(`create index user_token_account on registry.user_token (account_id, id)`);
  await runner.query(`create index user_token_user on registry.user_token (user_id)`);
  await runner.query(`
    create table registry.integration (
      account_id text not null,
      client_id text not null,
      name text not null,
      created_at timestamptz not null,
      constraint integration_pkey primary key (account_id, client_id),
      constraint integration_account_fkey foreign key (account_id) references registry.account (id)
    )`);
}

/** One table for all webhooks: they share revisions and the feed. Tombstones outlive their base. */
async function extendWebhooks(runner: QueryRunner): Promise<void> {
  await runner.query(`
    alter table registry.webhook
      alter column endpoint drop not null,
      add column base_id text,
      add column specification text,
      add column notifications_enabled boolean,
      add column expires_at timestamptz,
      add column integration text,
      add constraint webhook_base_fkey foreign key (base_id) references registry.base (id) on delete set null`);
  // With the deleted ones: when a base goes, its tombstones are found by it too.
  await runner.query('create index webhook_base on registry.webhook (base_id, id) where base_id is not null');
  // What expires next is found without looking at every webhook, nor at those that did.
  await runner.query(
    `create index webhook_expiry on registry.webhook (state, expires_at)
     where expires_at is not null and deleted_at is null`,
  );
  // Ids of two kinds don't tell the order of creation.
  await runner.query('drop index registry.webhook_account');
  await runner.query('create index webhook_account on registry.webhook (account_id, created_revision)');
}
