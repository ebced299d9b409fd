import { resolve } from 'node:path';
import { parseConfiguration } from '@sluice/service-kit/configuration';
import { type LogLevel } from '@sluice/service-kit/logger';
import { z } from 'zod';

type Environment = Record<string, string | undefined>;

const PORT = z.coerce.number().int().min(1).max(65_535);

const StandaloneEnvironment = z.object({
  /** The gateway. */
  PORT: PORT.default(8080),
  /** The development inbox's receiver; by default the port after the gateway's, or a free one. */
  INBOX_PORT: PORT.optional(),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  /** Selects Kafka instead of the log in PostgreSQL. */
  KAFKA_BROKERS: z
    .string()
    .transform((text) => text.split(',').map((broker) => broker.trim()))
    .optional(),
});

export interface StandaloneConfig {
  port: number;
  inboxPort: number | undefined;
  logLevel: LogLevel;
  kafkaBrokers: string[] | undefined;
  /** Everything that has to survive a restart. */
  directory: string;
}

/** Where the state lies: `SLUICE_DIRECTORY`, or `.sluice` in the folder that the program was started in. */
export const stateDirectory = (environment: Environment): string => resolve(environment.SLUICE_DIRECTORY || '.sluice');

export function standaloneConfig(environment: Environment): StandaloneConfig {
  const read = parseConfiguration(StandaloneEnvironment, environment);
  return {
    port: read.PORT,
    inboxPort: read.INBOX_PORT,
    logLevel: read.LOG_LEVEL,
    kafkaBrokers: read.KAFKA_BROKERS,
    directory: stateDirectory(environment),
  };
}
