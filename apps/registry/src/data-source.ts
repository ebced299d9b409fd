import type { PostgresDataSourceOptions } from 'typeorm/driver/postgres/PostgresDataSourceOptions.js';
import { AuditEntryEntity } from './audit/audit-entry.entity.js';
import { BaseEntity } from './bases/base.entity.js';
import { BaseFieldEntity } from './bases/base-field.entity.js';
import { BaseTableEntity } from './bases/base-table.entity.js';
import { BaseViewEntity } from './bases/base-view.entity.js';
import { EventTypeEntity } from './catalogue/event-type.entity.js';
import { AccountEntity } from './credentials/account.entity.js';
import { ApiKeyEntity } from './credentials/api-key.entity.js';
import { WebhookFactEntity } from './facts/webhook-fact.entity.js';
import { FollowerEntity } from './feed/follower.entity.js';
import { RevisionEntity } from './feed/revision.entity.js';
import { IdempotentRequestEntity } from './idempotency/idempotent-request.entity.js';
import { CreateRegistry1795305600000 } from './migrations/1795305600000-create-registry.js';
import { AddBases1795392000000 } from './migrations/1795392000000-add-bases.js';
import { AddWebhookOptions1796000000000 } from './migrations/1796000000000-add-webhook-options.js';
import { AddEnabledRevision1796000010000 } from './migrations/1796000010000-add-enabled-revision.js';
import { AddIdempotentRequests1796000020000 } from './migrations/1796000020000-add-idempotent-requests.js';
import { AddStartFrom1796000300000 } from './migrations/1796000300000-add-start-from.js';
import { AddSources1796100000000 } from './migrations/1796100000000-add-sources.js';
import { AddPortalAccess1796200000000 } from './migrations/1796200000000-add-portal-access.js';
import { AddTypeExample1796300010000 } from './migrations/1796300010000-add-type-example.js';
import { AddLookUps1796300200000 } from './migrations/1796300200000-add-look-ups.js';
import { AddListOrders1796300300000 } from './migrations/1796300300000-add-list-orders.js';
import { BaseUserEntity } from './people/base-user.entity.js';
import { CollaboratorEntity } from './people/collaborator.entity.js';
import { IntegrationEntity } from './people/integration.entity.js';
import { UserTokenEntity } from './people/user-token.entity.js';
import { PortalLinkEntity } from './portal-links/portal-link.entity.js';
import { PortalSessionEntity } from './portal-links/portal-session.entity.js';
import { SourceEntity } from './sources/source.entity.js';
import { SourceReportEntity } from './sources/source-report.entity.js';
import { WebhookEntity } from './webhooks/webhook.entity.js';

export const REGISTRY_SCHEMA = 'registry';
export const REGISTRY_MIGRATIONS = [
  CreateRegistry1795305600000,
  AddBases1795392000000,
  AddWebhookOptions1796000000000,
  AddEnabledRevision1796000010000,
  AddIdempotentRequests1796000020000,
  AddStartFrom1796000300000,
  AddSources1796100000000,
  AddPortalAccess1796200000000,
  AddTypeExample1796300010000,
  AddLookUps1796300200000,
  AddListOrders1796300300000,
];

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
    IdempotentRequestEntity,
    BaseEntity,
    BaseTableEntity,
    BaseFieldEntity,
    BaseViewEntity,
    BaseUserEntity,
    CollaboratorEntity,
    UserTokenEntity,
    IntegrationEntity,
    SourceEntity,
    SourceReportEntity,
    PortalLinkEntity,
    PortalSessionEntity,
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
