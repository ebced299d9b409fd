import { resolve } from 'node:path';
import type { KafkaSettings } from '@sluice/event-stream/kafka/settings';
import { demandKafkaLogin, kafkaSettings, kafkaVariables } from '@sluice/event-stream/kafka-environment';
import { eventPartitions, partitionVariables } from '@sluice/event-stream/stream-environment';
import { parseConfiguration } from '@sluice/service-kit/configuration';
import { fixedPort } from '@sluice/service-kit/environment-values';
import { LogLevel } from '@sluice/service-kit/logger';
import { z } from 'zod';

type Environment = Record<string, string | undefined>;

const StandaloneEnvironment = z
  .object({
    /** The gateway. */
    PORT: fixedPort.default(8080),
    /** The development inbox's receiver; by default the port after the gateway's, or a free one. */
    INBOX_PORT: fixedPort.optional(),
    LOG_LEVEL: LogLevel.default('info'),
    ...kafkaVariables,
    ...partitionVariables,
  })
  .superRefine(demandKafkaLogin);

export interface StandaloneConfig {
  port: number;
  inboxPort: number | undefined;
  logLevel: LogLevel;
  /** Selects Kafka instead of the log in PostgreSQL. */
  kafka: KafkaSettings | undefined;
  eventPartitions: number;
  /** Everything that has to survive a restart. */
  directory: string;
}

/** Where the state lies: `SLUICE_DIRECTORY`, or `.sluice` in the folder that the program was started in. */
export const stateDirectory = (environment: Environment): string => resolve(environment.SLUICE_DIRECTORY || '.sluice');

/**
 * The configuration of all parts in one process.
 *
 * @throws {ConfigurationError} with every mistake.
 */
export function standaloneConfig(environment: Environment): StandaloneConfig {
  const read = parseConfiguration(StandaloneEnvironment, environment);
  return {
    port: read.PORT,
    inboxPort: read.INBOX_PORT,
    logLevel: read.LOG_LEVEL,
    kafka: kafkaSettings(read, 'sluice-standalone'),
    eventPartitions: eventPartitions(read),
    directory: stateDirectory(environment),
  };
}
