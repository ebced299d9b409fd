import 'reflect-metadata';
import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { Dispatcher } from '@sluice/contracts/dispatcher-commands';
import { nestLogger } from '@sluice/service-kit/nest-logger';
import type { RunningService } from '@sluice/service-kit/running-service';
import type { Pool } from 'pg';
import { recentChangesCommand } from './changes/recent-changes.js';
import { RecentWebhooks } from './changes/recent-webhooks.js';
import { serveDeadLetters } from './dead-letters/dead-letter-commands.js';
import { DeliveryQueues } from './deliver/delivery-queues.js';
import { EndpointClient } from './deliver/endpoint-client.js';
import { Permits } from './deliver/permits.js';
import { serveDeliveries } from './deliveries/delivery-commands.js';
import { sendTestCommand } from './deliveries/send-test.js';
import {
  type DispatcherConfig,
  type DispatcherSurroundings,
  dispatcherModule,
  LETTERS_POOL,
  POOL,
} from './dispatcher.module.js';
import { drain } from './drain.js';
import { followCommand } from './follow/follow-command.js';
import { StreamTail } from './follow/stream-tail.js';
import { DisabledNews } from './health/disabled-news.js';
import { StreakWatch } from './health/streak-watch.js';
import { Intake } from './intake/intake.js';
import { Membership } from './intake/membership.js';
import { OpenDeliveries } from './intake/open-deliveries.js';
import { serveJobs } from './jobs/job-commands.js';
import { JobLoop } from './jobs/job-loop.js';
import { Matcher } from './match/matcher.js';
import { NotesRelay } from './notes/notes-relay.js';
import { DispatcherMetrics } from './observe/dispatcher-metrics.js';
import { OperationalRelay } from './operational/operational-relay.js';
import { OwnWrites } from './payloads/own-writes.js';
import { servePayloads } from './payloads/payload-commands.js';
import { Pipeline } from './pipeline.js';
import { serveEvents } from './preview/event-commands.js';
import { filterPreviewCommand } from './preview/filter-preview.js';
import { RecentEvents } from './preview/recent-events.js';
import { Recorder } from './record/recorder.js';
import { Retention } from './retention/retention.js';
import { ClaimLoop } from './retry/claim-loop.js';
import { OwnLeases } from './retry/own-leases.js';
import { serveStatistics } from './statistics/webhook-statistics.js';
import { EventTrails, serveTrails } from './trail/event-trail.js';
import { Conditions } from './waiting/conditions.js';
import { TimeSlices } from './waiting/time-slices.js';
import { CurrentIndex } from './webhooks/current-index.js';
import { RegistryFollower } from './webhooks/registry-follower.js';
import { WebhookIndex } from './webhooks/webhook-index.js';

const SWEEP_MS = 100;

/**
 * Starts the dispatcher: it follows the registry, takes partitions of the events' topic (which must exist), and delivers.
 * The schema `dispatch` must be migrated. Throws when the database or the stream can't be reached.
 */
export async function startDispatcher(
  config: DispatcherConfig,
  surroundings: DispatcherSurroundings,
): Promise<RunningService & { commands: Dispatcher }> {
  const { logger, registry } = surroundings;
  const app = await NestFactory.createApplicationContext(dispatcherModule(config, surroundings), {
    logger: nestLogger(logger),
    abortOnError: false,
  });
  const pipeline = app.get(Pipeline);
  const sweep = setInterval(() => pipeline.sweep(), SWEEP_MS);
  const stop = async (): Promise<void> => {
    await drain(app, logger);
    clearInterval(sweep);
    await app.close();
  };
  try {
    await app.get(Retention).start();
    await app.get(OwnLeases).releaseFormer(app.get<Pool>(POOL), surroundings.clock, logger);
    app.get(RegistryFollower).start();
    app.get(ClaimLoop).start();
    app.get(NotesRelay).start();
    app.get(DisabledNews).start();
    app.get(StreakWatch).start();
    app.get(OperationalRelay).start();
    app.get(JobLoop).start();
    app.get(RecentEvents).start();
    await app.get(Membership).join(app.get(Intake));
  } catch (error) {
    await stop();
    throw error;
  }
  watch(app);
  const [pool, recent, slices] = [app.get<Pool>(POOL), app.get(RecentEvents), app.get(TimeSlices)];
  const [jobs, current, { clock, stream }] = [app.get(JobLoop), app.get(CurrentIndex), surroundings];
  const matching = { matcher: app.get(Matcher), index: app.get(WebhookIndex), conditions: app.get(Conditions) };
  return {
    stop,
    problems: problemsOf(app),
    commands: {
      previewFilter: filterPreviewCommand({ registry, pool, recent, slices }),
      ...serveDeadLetters({ registry, pool: app.get<Pool>(LETTERS_POOL), stream, clock, logger }),
      ...serveDeliveries({ registry, pool, stream, clock, current }),
      ...serveEvents({ registry, pool, stream, recent }),
      ...serveTrails(registry, app.get(EventTrails)),
      follow: followCommand({ ...matching, registry, clock, tail: new StreamTail(stream) }),
      recentChanges: recentChangesCommand({ registry, pool, clock, webhooks: app.get(RecentWebhooks) }),
      ...serveStatistics({ pool, registry, clock, current, slices }),
      sendTest: sendTestCommand({ registry, pool, clock, current, made: () => app.get(ClaimLoop).wake() }),
      ...serveJobs({ registry, pool, clock, current, created: () => jobs.wake() }),
      ...servePayloads({ pool, ownWrites: app.get(OwnWrites), registry }),
    },
  };
}

function watch(app: INestApplicationContext): void {
  const [index, follower, queues] = [app.get(WebhookIndex), app.get(RegistryFollower), app.get(DeliveryQueues)];
  const [open, permits, membership] = [app.get(OpenDeliveries), app.get(Permits), app.get(Membership)];
  const client = app.get(EndpointClient);
  app.get(DispatcherMetrics).watch({
    partitions: () => membership.lags(),
    indexAgeMs: () => follower.ageMs(),
    indexSize: () => index.size,
    indexRevision: () => index.revision,
    openDeliveries: () => open.count,
    inHand: () => queues.inHand,
    sending: () => queues.sending,
    openCircuits: () => queues.openCircuits,
    connections: () => client.connections,
    unrecorded: () => permits.taken,
  });
}

const problemsOf = (app: INestApplicationContext) => async (): Promise<string[]> => {
  const unreadable = app.get(WebhookIndex).unreadable.size;
  const found = [
    app.get(Membership).problem(),
    app.get(RegistryFollower).problem(),
    app.get(Recorder).problem(),
    app.get(ClaimLoop).problem(),
    app.get(NotesRelay).problem(),
    unreadable === 0 ? null : `${unreadable} webhooks have a filter that this version can't read`,
  ];
  return found.flatMap((problem) => problem ?? []);
};
