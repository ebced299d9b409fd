import { type DynamicModule, Module } from '@nestjs/common';
import type { Cidr } from '@sluice/address-guard/cidr';
import type { AirtableWebhooks } from '@sluice/contracts/airtable-commands';
import type { Bases } from '@sluice/contracts/base-commands';
import type { Registry } from '@sluice/contracts/registry-commands';
import type { EventStream } from '@sluice/event-stream/event-stream';
import type { Clock } from '@sluice/service-kit/clock';
import type { Logger } from '@sluice/service-kit/logger';
import type { Metrics } from '@sluice/service-kit/metrics';
import { RecentWebhooks } from './changes/recent-webhooks.js';
import { openDispatchPool } from './database/dispatch-pool.js';
import { forgetOldLetters } from './dead-letters/mark-letters.js';
import { DeliveryQueues } from './deliver/delivery-queues.js';
import { EndpointClient } from './deliver/endpoint-client.js';
import { Permits } from './deliver/permits.js';
import { queueTerms } from './deliver/queue-terms.js';
import { DisabledNews } from './health/disabled-news.js';
import { StreakWatch } from './health/streak-watch.js';
import { Intake } from './intake/intake.js';
import { IntakeRoom } from './intake/intake-room.js';
import { Membership } from './intake/membership.js';
import { OpenDeliveries } from './intake/open-deliveries.js';
import { ProcessLoad } from './intake/process-load.js';
import { JobLoop } from './jobs/job-loop.js';
import { forgetEndedJobs } from './jobs/job-rows.js';
import { JobRunner } from './jobs/job-runner.js';
import { Replay } from './jobs/replay.js';
import { Resend } from './jobs/resend.js';
import { TryNow } from './jobs/try-now.js';
import { FanOut } from './match/fan-out.js';
import { Matcher } from './match/matcher.js';
import { NotesRelay } from './notes/notes-relay.js';
import { DispatcherMetrics } from './observe/dispatcher-metrics.js';
import { OperationalRelay } from './operational/operational-relay.js';
import { dropOldOperational } from './operational/outbox.js';
import { OwnWrites } from './payloads/own-writes.js';
import { PayloadGenerator } from './payloads/payload-generator.js';
import { Pipeline } from './pipeline.js';
import { dropOldRecent } from './preview/recent-event-rows.js';
import { RecentEvents } from './preview/recent-events.js';
import { recordOrDie } from './record/record-or-die.js';
import { Recorder } from './record/recorder.js';
import { forgetGoneBases } from './retention/forget-gone-bases.js';
import { forgetGoneWebhooks } from './retention/forget-gone-webhooks.js';
import { Retention } from './retention/retention.js';
import { ClaimLoop } from './retry/claim-loop.js';
import { Claimer } from './retry/claimer.js';
import { OwnLeases } from './retry/own-leases.js';
import { UnwantedPings } from './retry/unwanted-pings.js';
import { EventTrails } from './trail/event-trail.js';
import { explainUnmatched } from './trail/explain-unmatched.js';
import { Conditions } from './waiting/conditions.js';
import { TimeSlices } from './waiting/time-slices.js';
import { CurrentIndex } from './webhooks/current-index.js';
import type { IndexedWebhook } from './webhooks/indexed-webhook.js';
import { RegistryFollower } from './webhooks/registry-follower.js';
import { WebhookIndex } from './webhooks/webhook-index.js';

/** What bounds a dispatcher's memory, sockets, and what a crash can repeat. */
interface DispatcherLimits {
  /** MAX_UNRECORDED: attempts whose outcome is not recorded. */
  unrecorded: number;
  /** Attempts under way; never more than half of `unrecorded`, so that hanging ones can't hold every permit. */
  slots: number;
  /** Attempts under way for one webhook. */
  atOnce: number;
  /** Deliveries waiting in memory for one webhook of which nothing is known yet. */
  waiting: number;
  /** Deliveries straight from the stream that are not recorded. */
  open: number;
  /** Of the events of those; and of all that is not recorded, whoever it is for. */
  openBytes: number;
  /** Of the events of deliveries that are under way or claimed; see held-bytes.ts. */
  heldBytes: number;
  /** Connections to endpoints; while there are so many, none is kept after its request. */
  connections: number;
}

const LIMITS: DispatcherLimits = {
  unrecorded: 1_024,
  slots: 512,
  atOnce: 32,
  waiting: 256,
  open: 4_096,
  openBytes: 64 * 1024 * 1024,
  heldBytes: 64 * 1024 * 1024,
  connections: 4_096,
};

export interface DispatcherConfig {
  databaseUrl: string;
  /** Stable name of this dispatcher. */
  instance: string;
  allowedTargets: readonly Cidr[];
  limits?: Partial<DispatcherLimits>;
}

/** What the dispatcher works with and does not own. */
export interface DispatcherSurroundings {
  logger: Logger;
  clock: Clock;
  stream: Pick<EventStream, 'consume' | 'publish' | 'read' | 'ranges' | 'positionsAt'>;
  metrics: Metrics;
  registry: Pick<Registry, 'follow' | 'leave' | 'disableWebhook' | 'authorize' | 'getWebhook' | 'startWebhookFrom'> &
    Pick<AirtableWebhooks, 'readPayloads' | 'visibleWebhooks' | 'invalidateWebhook' | 'disableNotifications'> &
    Pick<Bases, 'learnSchema' | 'livingBases'>;
  /** Ports of Sluice on this machine: no delivery goes there, whatever range is allowed. */
  refusedPorts?: () => ReadonlySet<number>;
}

/** Milliseconds. A search among many dead letters ends before its gateway has given up, and holds up nobody else's work. */
const LETTERS_PATIENCE = { statement_timeout: 4_000, connectionTimeoutMillis: 4_000 };

const withinUnrecorded = (limits: DispatcherLimits): DispatcherLimits => ({
  ...limits,
  slots: Math.max(1, Math.min(limits.slots, Math.floor(limits.unrecorded / 2))),
});

@Module({})
class DispatcherModule {}

/** The wiring of the dispatcher: what there is, and what each of them gets. */
export function dispatcherModule(config: DispatcherConfig, surroundings: DispatcherSurroundings): DynamicModule {
  const { logger, clock, registry } = surroundings;
  const limits = withinUnrecorded({ ...LIMITS, ...config.limits });
  const pool = openDispatchPool(config.databaseUrl);
  const recordingPool = openDispatchPool(config.databaseUrl, 1);
  const lettersPool = openDispatchPool(config.databaseUrl, 2, LETTERS_PATIENCE);
  const metrics = new DispatcherMetrics(surroundings.metrics);
  const pipeline = new Pipeline();

  const slices = new TimeSlices();
  const conditions = new Conditions();
  const index = new WebhookIndex(logger);
  const matcher = new Matcher(index, slices);
  const unwantedPings = new UnwantedPings({ pool, clock, logger });
  const told = () => pipeline.givenUp();
  const disabledNews = new DisabledNews({ pool, clock, logger, told });
  const recentWebhooks = new RecentWebhooks(clock);
  const changed = (webhooks: readonly IndexedWebhook[]) => {
    pipeline.webhooksChanged(webhooks);
    unwantedPings.webhooksChanged(webhooks);
    disabledNews.webhooksChanged(webhooks);
    recentWebhooks.webhooksChanged(webhooks);
  };
  const follower = new RegistryFollower({
    registry,
    index,
    matcher,
    slices,
    clock,
    logger,
    changed,
    dispatcher: config.instance,
  });

  const recording = new Recorder({
    pool,
    writing: recordingPool,
    clock,
    logger,
    owner: config.instance,
    listener: recordOrDie(pipeline),
    observe: (flush) => metrics.recorded(flush),
  });
  const generator = new PayloadGenerator({ recording, index, slices, logger });
  const recent = new RecentEvents({ pool, logger });
  const notes = new NotesRelay({ pool, registry, clock, logger });
  const fanOut = new FanOut({
    recording,
    slices,
    conditions,
    putOff: (delivery) => pipeline.putOff(delivery),
    written: () => pipeline.chunkWritten(),
  });
  const open = new OpenDeliveries({ deliveries: limits.open, bytes: limits.openBytes });
  const membership = new Membership(surroundings.stream, config.instance);
  const intake = new Intake({ recording, index, follower, conditions, clock, logger }, pipeline);

  const permits = new Permits(limits.unrecorded);
  const queues = new DeliveryQueues({
    ...{ limits, permits, owner: pipeline, clock, slices, logger },
    termsOf: (webhookId) => queueTerms(index.get(webhookId)),
  });
  const policy = { allow: config.allowedTargets, refusedPorts: surroundings.refusedPorts ?? (() => new Set<number>()) };
  const client = new EndpointClient(policy, limits, pipeline);

  const leases = new OwnLeases(config.instance);
  const claims = new ClaimLoop({
    pending: new Claimer({ pool, clock, recording, newLease: () => leases.next() }),
    capacity: pipeline,
    beginClaim: () => pipeline.beginClaim(),
    mayStart: () => follower.fresh() && recording.problem() === null,
    claimed: (deliveries) => pipeline.claimed(deliveries),
    logger,
  });
  const expanded = () => claims.wake();
  const operational = new OperationalRelay({ pool, index, matcher, follower, conditions, clock, logger, expanded });
  const streaks = new StreakWatch({ pool, index, follower, registry, clock, logger, told });
  const load = new ProcessLoad();
  const room = new IntakeRoom({ open, load, queues, recording, mostBytes: limits.openBytes });
  pipeline.connect({
    ...{
      registry,
      index,
      follower,
      matcher,
      generator,
      notes,
      fanOut,
      open,
      room,
      conditions,
      intake,
      permits,
      queues,
      client,
    },
    ...{ recording, recent, claims, operational, leases, clock, logger, metrics, load },
    hint: (partition, position) => membership.hint(partition, position),
  });

  const current = new CurrentIndex({ index, follower, conditions, clock });
  const replay = new Replay({ pool, stream: surroundings.stream, current, clock, slices });
  const sources = {
    resend: new Resend({ pool, stream: surroundings.stream }),
    replay,
    backfill: replay,
    try_now: new TryNow({ pool, clock }),
  };
  const jobs = new JobLoop({
    runner: new JobRunner({ pool, clock, logger, leases, current, sources, made: () => claims.wake() }),
    mayStep: () => follower.fresh() && recording.problem() === null,
    logger,
  });

  const isWebhook = (webhookId: string) => (follower.fresh() ? index.get(webhookId) !== undefined : null);
  const forgetGone = async () => {
    await forgetGoneWebhooks({ pool, clock, logger, isWebhook });
    await forgetGoneBases({ pool, registry, logger });
    await dropOldRecent(pool, clock.shiftMs);
    await dropOldOperational(pool, clock.shiftMs);
    await forgetEndedJobs(pool, clock.shiftMs);
    await forgetOldLetters(pool, clock.shiftMs);
  };
  const retention = new Retention({ pool, clock, logger, forgetGone });
  const ownWrites = new OwnWrites({ pool, stream: surroundings.stream, clock, logger });
  const trails = new EventTrails({
    pool,
    stream: surroundings.stream,
    logger,
    explainUnmatched: (accountId, event, reached) => explainUnmatched(index, accountId, event, reached),
  });

  const way = [pipeline, index, follower, intake, recording, queues, permits, open, client, claims, metrics];
  const beside = [
    membership,
    leases,
    retention,
    trails,
    notes,
    ownWrites,
    recent,
    slices,
    operational,
    streaks,
    disabledNews,
    current,
    jobs,
    recentWebhooks,
    matcher,
    conditions,
  ];
  return {
    module: DispatcherModule,
    providers: [
      { provide: POOL, useValue: pool },
      { provide: RECORDING_POOL, useValue: recordingPool },
      { provide: LETTERS_POOL, useValue: lettersPool },
      ...[...way, ...beside].map((part) => ({ provide: part.constructor, useValue: part })),
    ],
  };
}

/** The injection token of the connections to schema `dispatch`. */
export const POOL = Symbol('pool');
/** That of the recorder's own connection. */
export const RECORDING_POOL = Symbol('recording pool');
/** That of the connections for commands about dead letters. */
export const LETTERS_POOL = Symbol('letters pool');
