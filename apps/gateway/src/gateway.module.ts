import { type DynamicModule, Module } from '@nestjs/common';
import { airtableCommands } from '@sluice/contracts/airtable-commands';
import { dispatcherCommands } from '@sluice/contracts/dispatcher-commands';
import { payloadCommands } from '@sluice/contracts/payload-commands';
import { registryCommands } from '@sluice/contracts/registry-commands';
import type { GuardedPublisher } from '@sluice/event-stream/guarded-publisher';
import { AirstackController } from './airstack/airstack.controller.js';
import { AirtableController } from './airtable/airtable.controller.js';
import { BaseCallers } from './airtable/base-callers.js';
import { answered } from './answered.js';
import { Authenticator } from './authenticate/authenticator.js';
import { type RateLimitSettings, RateLimits } from './authenticate/rate-limits.js';
import { Catalogues } from './events/catalogues.js';
import { EventsController } from './events/events.controller.js';
import { Intake } from './events/intake.js';
import { IntakeLog } from './events/intake-log.js';
import { KnownAccounts } from './events/known-accounts.js';
import { Revisions } from './events/revisions.js';
import { SchemaValidators } from './events/schema/schema-validators.js';
import { TrailSearch } from './events/trail-search.js';
import { HealthController } from './health/health.controller.js';
import { Readiness } from './health/readiness.js';
import { AccountsController } from './manage/accounts.controller.js';
import { EventTypesController } from './manage/event-types.controller.js';
import { WebhooksController } from './manage/webhooks.controller.js';
import { DISPATCHER, type GatewayParts, REGISTRY } from './parts.js';
import { PortalController } from './portal/portal.controller.js';
import { PortalLinks } from './portal/portal-links.js';

/** Creation looks the endpoint's host up; delete waits for every dispatcher, or for the end of its lease of 5 s. */
const REGISTRY_LIMITS = {
  createWebhook: 12_000,
  deleteWebhook: 12_000,
  createBaseWebhook: 12_000,
  enableNotifications: 12_000,
  deleteBaseWebhook: 12_000,
  otherwise: 5_000,
};
/** Payloads: the dispatcher asks the registry, and waits for what was accepted before. */
const DISPATCHER_LIMITS = { listPayloads: 10_000, otherwise: 5_000 };

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
): DynamicModule {
  const { clock, logger, metrics, stream } = parts;
  const registryTable = { ...registryCommands, ...airtableCommands };
  const dispatcherTable = { ...dispatcherCommands, ...payloadCommands };
  const registry = answered('the registry', registryTable, parts.registry, REGISTRY_LIMITS);
  const dispatcher = answered('the dispatcher', dispatcherTable, parts.dispatcher, DISPATCHER_LIMITS);
  const authenticator = new Authenticator(registry, clock);
  const limits = new RateLimits(settings.limits);
  const catalogues = new Catalogues(registry, clock);
  const validators = new SchemaValidators();
  const revisions = new Revisions(registry, logger);
  const provided: [unknown, unknown][] = [
    [REGISTRY, registry],
    [DISPATCHER, dispatcher],
    [Authenticator, authenticator],
    [RateLimits, limits],
    [BaseCallers, new BaseCallers(registry, limits, clock)],
    [Catalogues, catalogues],
    [SchemaValidators, validators],
    [Revisions, revisions],
    [Intake, new Intake(catalogues, validators, revisions, publisher, clock)],
    [TrailSearch, new TrailSearch(dispatcher)],
    [KnownAccounts, new KnownAccounts(registry)],
    [IntakeLog, new IntakeLog(logger, metrics)],
    [PortalLinks, new PortalLinks(settings.publicUrl)],
    [Readiness, new Readiness({ registry, dispatcher, stream, clock, neighbours: parts.problems })],
  ];
  return {
    module: GatewayModule,
    controllers: [
      AirstackController,
      AirtableController,
      EventsController,
      WebhooksController,
      EventTypesController,
      AccountsController,
      PortalController,
      HealthController,
    ],
    providers: provided.map(([provide, useValue]) => ({ provide: provide as symbol, useValue })),
  };
}
