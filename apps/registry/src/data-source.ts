import type { PostgresDataSourceOptions } from 'typeorm/driver/postgres/PostgresDataSourceOptions.js';
import { AuditEntryEntity } from './audit/audit-entry.entity.js';
import { EventTypeEntity } from './catalogue/event-type.entity.js';
import { AccountEntity } from './credentials/account.entity.js';
import { ApiKeyEntity } from './credentials/api-key.entity.js';
import { WebhookFactEntity } from './facts/webhook-fact.entity.js';
import { FollowerEntity } from './feed/follower.entity.js';
import { RevisionEntity } from './feed/revision.entity.js';
import { CreateRegistry1795305600000 } from './migrations/1795305600000-create-registry.js';
import { WebhookEntity } from './webhooks/webhook.entity.js';

export const REGISTRY_SCHEMA = 'registry';
export const REGISTRY_MIGRATIONS = [CreateRegistry1795305600000];

/**
 * How TypeORM sees the registry's tables. The migrations alone make them; a test holds entities and migrations together.
 */
export const dataSourceOptions = (connectionString: string): PostgresDataSourceOptions => ({
  type: 'postgres',
  url: connectionString,
  schema: REGISTRY_SCHEMA,
  applicationName: 'sluice-registry',
  entities: [
    AccountEntity,
    ApiKeyEntity,
    EventTypeEntity,
    WebhookEntity,
    RevisionEntity,
    FollowerEntity,
    WebhookFactEntity,
    AuditEntryEntity,
  ],
  migrations: REGISTRY_MIGRATIONS,
  migrationsTableName: 'migration',
  synchronize: false,
  migrationsRun: false,
  poolSize: 10,
  connectTimeoutMS: 5_000,
  extra: {
    // All changes of webhooks pass one row lock: a transaction that stands still must not hold it for long.
    idle_in_transaction_session_timeout: 10_000,
    statement_timeout: 20_000,
  },
});
