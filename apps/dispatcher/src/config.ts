import { parseCidrs } from '@sluice/address-guard/cidr';
import { EVENTS_TOPIC } from '@sluice/contracts/topics';
import {
  demandStream,
  eventPartitions,
  partitionVariables,
  streamChoice,
  streamVariables,
} from '@sluice/event-stream/stream-environment';
import { httpUrl, positiveInteger, postgresUrl, readBy } from '@sluice/service-kit/environment-values';
import { internalAddress, internalVariables } from '@sluice/service-kit/internal-environment';
import { LogLevel } from '@sluice/service-kit/logger';
import { z } from 'zod';

/**
 * The dispatcher's environment: its variables stand here, those of the stream and of the internal port where they are
 * spread from. Partitions, leases and the registry's knowledge of this dispatcher go by INSTANCE.
 */
export const dispatcherEnvironment = z
  .object({
    ...streamVariables,
    ...partitionVariables,
    ...internalVariables(9102),
    DATABASE_URL: postgresUrl,
    REGISTRY_URL: httpUrl,
    /** Ranges that deliveries may go to although they are not global unicast, separated by commas. */
    ALLOWED_TARGETS: readBy(parseCidrs).default([]),
    /** At most so many deliveries are sent again after a crash; also bounds the attempts under way. */
    MAX_UNRECORDED: positiveInteger.default(1_024),
    LOG_LEVEL: LogLevel.default('info'),
  })
  .superRefine(demandStream)
  .transform((environment) => ({
    databaseUrl: environment.DATABASE_URL,
    instance: environment.INSTANCE,
    allowedTargets: environment.ALLOWED_TARGETS,
    limits: { unrecorded: environment.MAX_UNRECORDED },
    internal: internalAddress(environment),
    registryUrl: environment.REGISTRY_URL,
    stream: streamChoice(environment, 'dispatcher', [EVENTS_TOPIC]),
    eventPartitions: eventPartitions(environment),
    logLevel: environment.LOG_LEVEL,
  }));
