import { isIP } from 'node:net';
import { EVENTS_TOPIC } from '@sluice/contracts/topics';
import {
  demandStream,
  eventPartitions,
  partitionVariables,
  streamChoice,
  streamVariables,
} from '@sluice/event-stream/stream-environment';
import { commaList, httpUrl, port, positiveInteger } from '@sluice/service-kit/environment-values';
import { internalAddress, internalVariables } from '@sluice/service-kit/internal-environment';
import { LogLevel } from '@sluice/service-kit/logger';
import { z } from 'zod';

const isRange = (text: string): boolean => isIP(text.split('/')[0] ?? '') !== 0;

/**
 * The gateway's environment: its variables stand here, those of the stream and of the internal port where they are
 * spread from.
 */
export const gatewayEnvironment = z
  .object({
    ...streamVariables,
    ...partitionVariables,
    ...internalVariables(9103),
    HOST: z.string().default('0.0.0.0'),
    PORT: port.default(8080),
    REGISTRY_URL: httpUrl,
    DISPATCHER_URL: httpUrl,
    /** What portal links start with; the request's host when it is not set. */
    PUBLIC_URL: httpUrl.transform((url) => url.replace(/\/+$/, '')).optional(),
    /** Whose X-Forwarded headers count. */
    TRUSTED_PROXIES: commaList
      .refine((ranges) => ranges.every(isRange), 'must be addresses or CIDR ranges, separated by commas')
      .default([]),
    RATE_LIMIT_REQUESTS: positiveInteger.default(1_000),
    RATE_LIMIT_EVENTS: positiveInteger.default(20_000),
    RATE_LIMIT_FAILURES: positiveInteger.default(50),
    LOG_LEVEL: LogLevel.default('info'),
  })
  .superRefine(demandStream)
  .transform((environment) => ({
    stream: streamChoice(environment, 'gateway', [EVENTS_TOPIC]),
    eventPartitions: eventPartitions(environment),
    host: environment.HOST,
    port: environment.PORT,
    internal: internalAddress(environment),
    publicUrl: environment.PUBLIC_URL ?? null,
    trustedProxies: environment.TRUSTED_PROXIES,
    limits: {
      requestsPerSecond: environment.RATE_LIMIT_REQUESTS,
      eventsPerSecond: environment.RATE_LIMIT_EVENTS,
      failuresPerSecond: environment.RATE_LIMIT_FAILURES,
    },
    registryUrl: environment.REGISTRY_URL,
    dispatcherUrl: environment.DISPATCHER_URL,
    logLevel: environment.LOG_LEVEL,
  }));
