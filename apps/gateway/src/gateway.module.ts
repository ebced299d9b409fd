import { type DynamicModule, Module } from '@nestjs/common';
import { dispatcherCommands } from '@sluice/contracts/dispatcher-commands';
import { registryCommands } from '@sluice/contracts/registry-commands';
import type { GuardedPublisher } from '@sluice/event-stream/guarded-publisher';
import { Revisions } from '@sluice/service-kit/revisions';
import { AirstackController } from './airstack/airstack.controller.js';
import { AirtableController } from './airtable/airtable.controller.js';
import { BaseCallers } from './airtable/base-callers.js';
import { AsyncapiController } from './asyncapi/asyncapi.controller.js';
import { Authenticator } from './authenticate/authenticator.js';
import { type RateLimitSettings, RateLimits } from './authenticate/rate-limits.js';
import { Catalogues } from './events/catalogues.js';
import { EventsController } from './events/events.controller.js';
import { Intake } from './events/intake.js';
import { IntakeLog } from './events/intake-log.js';
import { KnownAccounts } from './events/known-accounts.js';
import { KnownBases } from './events/known-bases.js';
import { SchemaValidators } from './events/schema/schema-validators.js';
import { TableChanges } from './events/table-changes.js';
import { AccountWatches } from './follow/account-watches.js';
import { ChangesController } from './follow/changes.controller.js';
import { FollowController } from './follow/follow.controller.js';
import { OpenStreams } from './follow/open-streams.js';
import { HealthController } from './health/health.controller.js';
import { Readiness } from './health/readiness.js';
import { RepeatedRequests } from './idempotency/repeated-requests.js';
import { AccountsController } from './manage/accounts/accounts.controller.js';
import { KeysController } from './manage/accounts/keys.controller.js';
import { AuditController } from './manage/audit/audit.controller.js';
import { DispatcherActs } from './manage/audit/dispatcher-acts.js';
import { BasesController } from './manage/bases/bases.controller.js';
import { TablesController } from './manage/bases/tables.controller.js';
import { DeadLettersController } from './manage/dead-letters/dead-letters.controller.js';
import { DeliveriesController } from './manage/deliveries/deliveries.controller.js';
import { EventTypesController } from './manage/event-types/event-types.controller.js';
import { KnownEventsController } from './manage/events/known-events.controller.js';
import { TrailSearch } from './manage/events/trail-search.js';
import { FiltersController } from './manage/filters/filters.controller.js';
import { JobsController } from './manage/jobs/jobs.controller.js';
import { CollaboratorsController } from './manage/people/collaborators.controller.js';
import { IntegrationsController } from './manage/people/integrations.controller.js';
import { TokensController } from './manage/people/tokens.controller.js';
import { UsersController } from './manage/people/users.controller.js';
import { SourcesController } from './manage/sources/sources.controller.js';
import { WebhookStatisticsController } from './manage/statistics/webhook-statistics.controller.js';
import { TestEventsController } from './manage/webhooks/test-events.controller.js';
import { WebhookBackfills } from './manage/webhooks/webhook-backfills.js';
import { WebhookSecretsController } from './manage/webhooks/webhook-secrets.controller.js';
import { WebhookSwitchesController } from './manage/webhooks/webhook-switches.controller.js';
import { WebhooksController } from './manage/webhooks/webhooks.controller.js';
import { OpenapiController } from './openapi/openapi.controller.js';
import { Reference } from './openapi/reference.js';
import { describedRoutes } from './operations/described-routes.js';
import { PortalController } from './portal/portal.controller.js';
import { PortalFiles } from './portal/portal-files.js';
import { PortalLinksController } from './portal/portal-links.controller.js';
import { PortalLinks } from './portal/portal-links.js';
import { PortalSessionController } from './portal/portal-session.controller.js';
import { SessionExchange } from './portal/session-exchange.js';
import { answered } from './services/answered.js';
import { CLOCK, DISPATCHER, type GatewayParts, REGISTRY } from './services/parts.js';

/** Creation looks the endpoint's host up; changes and deletion wait for every dispatcher, or for the end of its lease of 5 s. */
const REGISTRY_LIMITS = {
  createWebhook: 12_000,
  updateWebhook: 12_000,
  switchWebhook: 12_000,
  rotateWebhookSecret: 12_000,
  deleteWebhook: 12_000,
  createBaseWebhook: 12_000,
  enableNotifications: 12_000,
  deleteBaseWebhook: 12_000,
  deleteBase: 12_000,
  putTable: 12_000,
  deleteTable: 12_000,
  otherwise: 5_000,
};
/** Payloads: the dispatcher asks the registry, and waits for what was accepted before. Who follows waits for what comes; a backfill waits for every dispatcher, what is put back for the stream. */
const DISPATCHER_LIMITS = {
  listPayloads: 10_000,
  createJob: 10_000,
  follow: 18_000,
  putBackDeadLetters: 20_000,
  otherwise: 5_000,
};

/** All whose routes are operations, which the reference shows. Served besides is only the page of the portal: files for a browser, no API. */
const DESCRIBED = [
  EventsController,
  KnownEventsController,
  WebhooksController,
  WebhookStatisticsController,
  WebhookSwitchesController,
  DeliveriesController,
  ChangesController,
  FollowController,
  AirstackController,
  AirtableController,
  JobsController,
  FiltersController,
  EventTypesController,
  DeadLettersController,
  SourcesController,
  UsersController,
  BasesController,
  TablesController,
  CollaboratorsController,
  TestEventsController,
  TokensController,
  IntegrationsController,
  AsyncapiController,
  HealthController,
  AccountsController,
  KeysController,
  AuditController,
  WebhookSecretsController,
  PortalLinksController,
  PortalSessionController,
  OpenapiController,
];

export interface GatewaySettings {
  publicUrl: string | null;
  limits: RateLimitSettings;
}

@Module({})
class GatewayModule {}

/** The wiring of the gateway: which controllers there are, and what each of them gets. */
export function gatewayModule(
  settings: GatewaySettings,
  parts: GatewayParts,
  publisher: GuardedPublisher,
  portal: PortalFiles,
): DynamicModule {
  const { clock, logger, metrics, stream } = parts;
  const registry = answered('the registry', registryCommands, parts.registry, REGISTRY_LIMITS);
  const dispatcher = answered('the dispatcher', dispatcherCommands, parts.dispatcher, DISPATCHER_LIMITS);
  const authenticator = new Authenticator(registry, clock);
  const limits = new RateLimits(settings.limits);
  const catalogues = new Catalogues(registry, clock);
  const validators = new SchemaValidators();
  const bases = new KnownBases(registry, clock);
  const changes = new TableChanges(bases);
  const portalLinks = new PortalLinks(settings.publicUrl);
  const revisions = new Revisions(registry, logger);
  const acts = new DispatcherActs(registry, logger);
  const provided: [unknown, unknown][] = [
    [REGISTRY, registry],
    [DISPATCHER, dispatcher],
    [CLOCK, clock],
    [DispatcherActs, acts],
    [WebhookBackfills, new WebhookBackfills({ registry, dispatcher, acts, logger })],
    [Authenticator, authenticator],
    [RateLimits, limits],
    [RepeatedRequests, new RepeatedRequests(registry, logger)],
    [BaseCallers, new BaseCallers(registry, limits, clock)],
    [Catalogues, catalogues],
    [SchemaValidators, validators],
    [Revisions, revisions],
    [Intake, new Intake(catalogues, validators, changes, revisions, publisher, clock)],
    [TrailSearch, new TrailSearch(dispatcher)],
    [KnownBases, bases],
    [KnownAccounts, new KnownAccounts(registry)],
    [IntakeLog, new IntakeLog(logger, metrics)],
    [OpenStreams, new OpenStreams()],
    [AccountWatches, new AccountWatches(dispatcher)],
    [PortalFiles, portal],
    [PortalLinks, portalLinks],
    [SessionExchange, new SessionExchange(registry, limits, portalLinks)],
    [Reference, new Reference(describedRoutes(DESCRIBED), settings.publicUrl)],
    [Readiness, new Readiness({ registry, dispatcher, stream, clock, neighbours: parts.problems })],
  ];
  return {
    module: GatewayModule,
    controllers: [...DESCRIBED, PortalController],
    providers: provided.map(([provide, useValue]) => ({ provide: provide as symbol, useValue })),
  };
}
