import { type DynamicModule, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import type { Cidr } from '@sluice/address-guard/cidr';
import type { EventStream } from '@sluice/event-stream/event-stream';
import type { Clock } from '@sluice/service-kit/clock';
import type { Logger } from '@sluice/service-kit/logger';
import type { Metrics } from '@sluice/service-kit/metrics';
import { DataSource } from 'typeorm';
import { Access } from './access/access.js';
import { BaseAccess } from './access/base-access.js';
import { BaseRateLimit, type BaseRateSettings } from './access/base-rate-limit.js';
import { Memberships } from './access/memberships.js';
import { BaseWebhookCreation } from './base-webhooks/create-base-webhook.js';
import { BaseWebhookDeletion } from './base-webhooks/delete-base-webhook.js';
import { WebhookExpiry } from './base-webhooks/expiry.js';
import { fateWithBase } from './base-webhooks/fate-with-base.js';
import { BaseWebhookInvalidation } from './base-webhooks/invalidate-base-webhook.js';
import { PayloadReading } from './base-webhooks/read-payloads.js';
import { BaseWebhookRefresh } from './base-webhooks/refresh-base-webhook.js';
import { NotificationSwitch } from './base-webhooks/switch-notifications.js';
import { Bases } from './bases/bases.js';
import { SchemaLearning } from './bases/learn-schema.js';
import { Tables } from './bases/tables.js';
import { Catalogue } from './catalogue/catalogue.js';
import { unavailableWithoutDatabase } from './commands/database-away.js';
import type { BaseParts } from './commands/serve-base-commands.js';
import { registryCommandsOf } from './commands/serve-commands.js';
import { Accounts } from './credentials/accounts.js';
import { CredentialReader } from './credentials/credential-reader.js';
import { KeyResolver } from './credentials/key-resolver.js';
import { Keys } from './credentials/keys.js';
import { OAuthTokens, type OidcSettings } from './credentials/oauth-tokens.js';
import { UserTokens } from './credentials/user-tokens.js';
import { dataSourceOptions } from './data-source.js';
import { type EncryptionKey, Keyring } from './encryption/keyring.js';
import { FactRelay } from './facts/fact-relay.js';
import { Bells } from './feed/bells.js';
import { Feed } from './feed/feed.js';
import { FeedChanges } from './feed/feed-changes.js';
import { FOLLOWER_CHANNEL, FollowerLeases } from './feed/follower-leases.js';
import { REVISION_CHANNEL } from './feed/take-revision.js';
import { AnswerSweep } from './idempotency/answer-sweep.js';
import { IdempotentRequests } from './idempotency/idempotent-requests.js';
import { Collaborators } from './people/collaborators.js';
import { Integrations } from './people/integrations.js';
import { Tokens } from './people/tokens.js';
import { Users } from './people/users.js';
import { PortalLinks } from './portal-links/portal-links.js';
import { PortalSessions } from './portal-links/portal-sessions.js';
import { PortalSweep } from './portal-links/portal-sweep.js';
import { SourceChanges } from './sources/source-changes.js';
import { SourceReports } from './sources/source-reports.js';
import { type SourceSettings, Sources } from './sources/sources.js';
import { WebhookCreation } from './webhooks/create-webhook.js';
import { WebhookDeletion } from './webhooks/delete-webhook.js';
import { WebhookDisabling } from './webhooks/disable-webhook.js';
import { WebhookSecretRotation } from './webhooks/rotate-secret.js';
import { WebhookStarts } from './webhooks/start-webhook-from.js';
import { WebhookSwitches } from './webhooks/switch-webhook.js';
import { WebhookUpdate } from './webhooks/update-webhook.js';
import { WebhookSecretReading } from './webhooks/webhook-secret.js';

export interface RegistrySettings {
  databaseUrl: string;
  /** The current one first. */
  encryptionKeys: readonly EncryptionKey[];
  /** Ranges that endpoints may lie in although they are not global unicast. */
  allowedTargets: readonly Cidr[];
  webhooksPerAccount: number;
  /** Null where no importer reads topics. */
  sources: SourceSettings | null;
  /** How often Airtable's clients may ask about a base. */
  baseRate: BaseRateSettings;
  /** The issuer whose OAuth access tokens count; null for none. */
  oidc: OidcSettings | null;
}

/** What the registry works with and does not own. */
export interface RegistrySurroundings {
  logger: Logger;
  clock: Clock;
  stream: EventStream;
  metrics: Metrics;
  /** Ports of Sluice itself on this machine, which no endpoint may name; none if not given. */
  refusedPorts?: () => ReadonlySet<number>;
}

/** Injection token of the commands, which are an interface and leave no trace at run time. */
export const COMMANDS = Symbol('registry commands');

@Module({})
class RegistryModule {}

/** The wiring of the registry: what there is, and what each part gets. */
export function registryModule(settings: RegistrySettings, surroundings: RegistrySurroundings): DynamicModule {
  const { logger, clock, stream, metrics, refusedPorts = () => new Set<number>() } = surroundings;
  const keyring = new Keyring(settings.encryptionKeys);
  const limits = {
    addresses: { allow: settings.allowedTargets, refusedPorts },
    webhooksPerAccount: settings.webhooksPerAccount,
  };
  const bells = new Bells(settings.databaseUrl, logger);

  const leases = (database: DataSource) => {
    const made = new FollowerLeases(database, clock);
    bells.on(FOLLOWER_CHANNEL, () => made.progress.ring());
    return made;
  };
  const feed = (database: DataSource, followers: FollowerLeases) => {
    const made = new Feed(database, new FeedChanges(keyring, logger), followers, clock);
    bells.on(REVISION_CHANNEL, () => made.changed.ring());
    return made;
  };
  const relay = (database: DataSource) => {
    const made = new FactRelay(database, stream, logger, metrics);
    bells.on(REVISION_CHANNEL, () => made.changed.ring());
    return made;
  };
  const expiry = (database: DataSource) => new WebhookExpiry(database, clock, logger);
  const sweep = (database: DataSource) => new AnswerSweep(database, clock, logger);
  const portalSweep = (database: DataSource) => new PortalSweep(database, clock, logger);
  const baseAccess = (database: DataSource, resolver: KeyResolver) => {
    const tokens = new UserTokens(database, clock);
    const credentials = new CredentialReader(resolver, tokens, new OAuthTokens(settings.oidc, clock));
    return new BaseAccess(credentials, new Memberships(database, clock), new BaseRateLimit(settings.baseRate));
  };
  const commands = (database: DataSource, changes: Feed, followers: FollowerLeases) => {
    const resolver = new KeyResolver(database, clock);
    const airtableAccess = baseAccess(database, resolver);
    const catalogue = new Catalogue(database, clock);
    const portalLinks = new PortalLinks(database, keyring, resolver, clock);
    return unavailableWithoutDatabase(
      registryCommandsOf({
        database,
        access: new Access(resolver),
        baseAccess: airtableAccess,
        accounts: new Accounts(database, clock),
        keys: new Keys(database, resolver, clock),
        catalogue,
        creation: new WebhookCreation(database, catalogue, portalLinks, keyring, clock, limits),
        update: new WebhookUpdate(database, followers, keyring, clock, limits.addresses),
        switches: new WebhookSwitches(database, followers, clock),
        starts: new WebhookStarts(database, followers, clock),
        deletion: new WebhookDeletion(database, followers, clock),
        disabling: new WebhookDisabling(database, clock),
        secrets: new WebhookSecretReading(database, keyring, clock),
        rotation: new WebhookSecretRotation(database, followers, keyring, clock),
        portalLinks,
        portalSessions: new PortalSessions(database, keyring, resolver, clock),
        feed: changes,
        leases: followers,
        baseWebhooks: {
          creation: new BaseWebhookCreation(database, keyring, clock, limits.addresses),
          reading: new PayloadReading(database, clock),
          refresh: new BaseWebhookRefresh(database, clock),
          notifications: new NotificationSwitch(database, followers, clock),
          deletion: new BaseWebhookDeletion(database, followers, clock),
          invalidation: new BaseWebhookInvalidation(database, clock),
        },
        requests: new IdempotentRequests(database, keyring, clock),
        sourceParts: {
          sources: new Sources(database, catalogue, clock, settings.sources),
          changes: new SourceChanges(database, catalogue, clock),
          reports: new SourceReports(database, clock),
        },
        baseParts: basePartsOf(database, followers, airtableAccess, { clock, logger }),
        clock,
        logger,
      }),
    );
  };

  return {
    module: RegistryModule,
    imports: [TypeOrmModule.forRoot({ ...dataSourceOptions(settings.databaseUrl), retryAttempts: 0 })],
    providers: [
      { provide: Keyring, useValue: keyring },
      { provide: Bells, useValue: bells },
      { provide: FollowerLeases, inject: [DataSource], useFactory: leases },
      { provide: Feed, inject: [DataSource, FollowerLeases], useFactory: feed },
      { provide: FactRelay, inject: [DataSource], useFactory: relay },
      { provide: WebhookExpiry, inject: [DataSource], useFactory: expiry },
      { provide: AnswerSweep, inject: [DataSource], useFactory: sweep },
      { provide: PortalSweep, inject: [DataSource], useFactory: portalSweep },
      { provide: COMMANDS, inject: [DataSource, Feed, FollowerLeases], useFactory: commands },
    ],
  };
}

function basePartsOf(
  database: DataSource,
  followers: FollowerLeases,
  remembered: BaseAccess,
  { clock, logger }: Pick<RegistrySurroundings, 'clock' | 'logger'>,
): BaseParts {
  return {
    bases: new Bases(database, fateWithBase, followers, remembered, clock),
    tables: new Tables(database, fateWithBase, followers, clock),
    learning: new SchemaLearning(database, fateWithBase, clock, logger),
    users: new Users(database, remembered, clock),
    collaborators: new Collaborators(database, remembered, clock),
    tokens: new Tokens(database, remembered, clock),
    integrations: new Integrations(database, remembered, clock),
  };
}
