import 'reflect-metadata';
import type { AddressInfo } from 'node:net';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { guardedPublisher } from '@sluice/event-stream/guarded-publisher';
import { openInternalPort } from '@sluice/service-kit/internal-port';
import { nestLogger } from '@sluice/service-kit/nest-logger';
import type { RunningService } from '@sluice/service-kit/running-service';
import { airstackFace } from './airstack/airstack-face.js';
import { airtableFace } from './airtable/airtable-face.js';
import { OpenStreams } from './follow/open-streams.js';
import { type GatewaySettings, gatewayModule } from './gateway.module.js';
import { Readiness } from './health/readiness.js';
import { AnsweredBeforeFilter } from './idempotency/answered-before.js';
import { RepeatedRequests } from './idempotency/repeated-requests.js';
import { portalFace } from './portal/portal-face.js';
import { PortalFiles } from './portal/portal-files.js';
import { AllowedMethods } from './refusals/allowed-methods.js';
import { problemFace } from './refusals/problem-face.js';
import { RefusalFilter } from './refusals/refusal-filter.js';
import { Refusals } from './refusals/refusals.js';
import { sendFaceHeaders } from './server/answer-headers.js';
import { answerUnchanged } from './server/conditions.js';
import { openServer } from './server/open-server.js';
import { measureRequests } from './server/request-metrics.js';
import type { GatewayParts } from './services/parts.js';

/** docs/architecture.md section 7: how long and how much the gateway waits for a stream that is away. */
const STREAM_WAIT = { waitMs: 5_000, maxBytes: 64 * 1024 * 1024 };

export interface GatewayConfig extends GatewaySettings {
  host: string;
  /** 0 takes a free one. */
  port: number;
  /** Null opens no internal port: in standalone nobody would ask there. */
  internal: { host: string; port: number; token: string } | null;
  trustedProxies: readonly string[];
}

/** Opens the public port, and the internal one. Topics must exist. Throws when a port is taken. */
export async function startGateway(
  config: GatewayConfig,
  parts: GatewayParts,
): Promise<RunningService & { port: number }> {
  const { logger, metrics, stream } = parts;
  const methods = new AllowedMethods();
  const portal = PortalFiles.read();
  const faces = [airstackFace, airtableFace, portalFace(portal.style), problemFace];
  const refusals = new Refusals(faces, methods, logger);
  const adapter = openServer({ refusals, methods, trustedProxies: config.trustedProxies });
  const fastify = adapter.getInstance();
  fastify.decorateRequest('caller', null);
  fastify.decorateRequest('asked', null);
  measureRequests(fastify, metrics);
  answerUnchanged(fastify);
  sendFaceHeaders(fastify, (path) => refusals.faceOf(path));
  parts.extend?.(fastify);
  const publisher = guardedPublisher(stream, STREAM_WAIT);
  const app = await NestFactory.create<NestFastifyApplication>(
    gatewayModule(config, parts, publisher, portal),
    adapter,
    {
      bodyParser: false,
      logger: nestLogger(logger),
      abortOnError: false,
    },
  );
  // The last one is asked first.
  app.useGlobalFilters(new RefusalFilter(refusals), new AnsweredBeforeFilter());
  app.get(RepeatedRequests).watch(fastify);
  const streams = app.get(OpenStreams);
  fastify.addHook('preClose', async () => streams.close());
  const readiness = app.get(Readiness);
  const stop = async (): Promise<void> => {
    await app.close();
    publisher.close();
  };
  try {
    await app.listen({ host: config.host, port: config.port });
    const { port } = app.getHttpServer().address() as AddressInfo;
    const internal =
      config.internal === null
        ? null
        : await openInternalPort({
            ...config.internal,
            logger,
            metrics,
            problems: () => readiness.details(),
            commands: [],
          });
    logger.info({ host: config.host, port }, 'gateway.open');
    return {
      port,
      problems: () => readiness.problems(),
      stop: async () => {
        await stop();
        await internal?.close();
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
