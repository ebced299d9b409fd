import { hostname } from 'node:os';
import { demandKafkaLogin, kafkaSettings, kafkaVariables } from '@sluice/event-stream/kafka-environment';
import { eventPartitions, partitionVariables } from '@sluice/event-stream/stream-environment';
import { commaList, httpUrl } from '@sluice/service-kit/environment-values';
import { internalAddress, internalVariables } from '@sluice/service-kit/internal-environment';
import { LogLevel } from '@sluice/service-kit/logger';
import { z } from 'zod';

/** The importer's environment: its variables stand here, those of Kafka and of the internal port where they are spread from. */
export const importerEnvironment = z
  .object({
    ...kafkaVariables,
    ...partitionVariables,
    ...internalVariables(9104),
    /** Without Kafka there is nothing to import. */
    KAFKA_BROKERS: commaList,
    /** Names this process, the same after a restart: groups assign partitions by it. */
    INSTANCE: z.string().default(hostname()),
    REGISTRY_URL: httpUrl,
    LOG_LEVEL: LogLevel.default('info'),
  })
  .superRefine(demandKafkaLogin)
  .transform((environment) => ({
    instance: environment.INSTANCE,
    internal: internalAddress(environment),
    registryUrl: environment.REGISTRY_URL,
    // Its brokers are demanded above.
    kafka: kafkaSettings(environment, `sluice-importer-${environment.INSTANCE}`)!,
    eventPartitions: eventPartitions(environment),
    logLevel: environment.LOG_LEVEL,
  }));
