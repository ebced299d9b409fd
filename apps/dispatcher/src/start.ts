import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { EVENTS_TOPIC } from '@sluice/contracts/topics';
import type { StreamConsumer } from '@sluice/event-stream/event-stream';
import { nestLogger } from '@sluice/service-kit/nest-logger';
import type { RunningService } from '@sluice/service-kit/running-service';
import type { Pool } from 'pg';
import { DeliveryQueues } from './deliver/delivery-queues.js';
import { EndpointClient } from './deliver/endpoint-client.js';
import { Permits } from './deliver/permits.js';
import { type DispatcherConfig, type DispatcherSurroundings, dispatcherModule, POOL } from './dispatcher.module.js';
import { DispatcherMetrics } from './dispatcher-metrics.js';
import { Intake } from './intake/intake.js';
import { OpenDeliveries } from './intake/open-deliveries.js';
import { RegistryFollower } from './match/registry-follower.js';
import { WebhookIndex } from './match/webhook-index.js';
import { Pipeline } from './pipeline.js';
import { Recorder } from './record/recorder.js';
import { ClaimLoop } from './retry/claim-loop.js';

/** All dispatchers of an installation share the partitions of this group. */
const GROUP = 'sluice-dispatcher';
const SWEEP_MS = 100;

/**
 * Starts the dispatcher: it follows the registry, takes partitions of the events' topic (which must exist), and delivers.
 * The schema `dispatch` must be migrated. Throws when the stream can't be joined.
 */
export async function startDispatcher(
  config: DispatcherConfig,
  surroundings: DispatcherSurroundings,
): Promise<RunningService> {
  const { logger, stream } = surroundings;
  const app = await NestFactory.createApplicationContext(dispatcherModule(config, surroundings), {
    logger: nestLogger(logger),
    abortOnError: false,
  });
  const [pipeline, intake, follower, claims] = [
    app.get(Pipeline),
    app.get(Intake),
    app.get(RegistryFollower),
    app.get(ClaimLoop),
  ];
  const [recording, client, pool] = [app.get(Recorder), app.get(EndpointClient), app.get<Pool>(POOL)];

  follower.start();
  claims.start();
  const sweep = setInterval(() => pipeline.sweep(), SWEEP_MS);
  let joined: StreamConsumer | null = null;

  const stop = async (): Promise<void> => {
    intake.stop();
    await claims.stop();
    // What waits is parked and the partitions are given up at once; attempts under way go on under leases.
    const drained = pipeline.drain();
    await joined?.stop();
    await drained;
    clearInterval(sweep);
    await recording.stop();
    await follower.stop();
    await client.close();
    await pool.end();
    await app.close();
  };

  let consumer: StreamConsumer;
  try {
    consumer = await stream.consume({ topic: EVENTS_TOPIC, group: GROUP, member: config.instance, handler: intake });
    joined = consumer;
  } catch (error) {
    await stop();
    throw error;
  }

  const [queues, open, permits, index] = [
    app.get(DeliveryQueues),
    app.get(OpenDeliveries),
    app.get(Permits),
    app.get(WebhookIndex),
  ];
  app.get(DispatcherMetrics).watch({
    partitions: () => [...consumer.held()].map(([partition, { lag }]) => ({ partition, lag })),
    indexAgeMs: () => follower.ageMs(),
    indexSize: () => index.size,
    indexRevision: () => index.revision,
    openDeliveries: () => open.count,
    inHand: () => queues.inHand,
    sending: () => queues.sending,
    unrecorded: () => permits.taken,
  });

  return {
    stop,
    problems: async () =>
      [
        consumer.problem(),
        follower.problem(),
        recording.problem(),
        claims.problem(),
        index.unreadable.size === 0 ? null : `${index.unreadable.size} webhooks have a filter that can't be read`,
      ].flatMap((found) => found ?? []),
  };
}
