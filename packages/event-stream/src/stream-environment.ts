import { hostname } from 'node:os';
import { positiveInteger, postgresUrl } from '@sluice/service-kit/environment-values';
import { z } from 'zod';
import { demandKafkaLogin, type KafkaEnvironment, kafkaSettings, kafkaVariables } from './kafka-environment.js';
import type { StreamChoice } from './open-stream.js';

/** Which stream a service opens; to be spread into a schema that is refined by {@link demandStream}. */
export const streamVariables = {
  ...kafkaVariables,
  DATABASE_URL: postgresUrl.optional(),
  /** Names this process, the same after a restart: brokers know it by this name. */
  INSTANCE: z.string().default(hostname()),
};

/** How many partitions the topic of events has. Counts when it is created, and never again. */
export const partitionVariables = { EVENT_PARTITIONS: positiveInteger.max(1_024).optional() };

type Output<Shape extends z.core.$ZodLooseShape> = z.output<z.ZodObject<Shape>>;
type StreamEnvironment = Output<typeof streamVariables>;
type PartitionEnvironment = Output<typeof partitionVariables> & Pick<KafkaEnvironment, 'KAFKA_BROKERS'>;

/** {@link demandKafkaLogin}, and that some stream is named. */
export function demandStream(environment: StreamEnvironment, context: z.RefinementCtx): void {
  if (environment.KAFKA_BROKERS === undefined && environment.DATABASE_URL === undefined) {
    context.addIssue({ code: 'custom', path: ['DATABASE_URL'], message: 'is required unless KAFKA_BROKERS is set' });
  }
  demandKafkaLogin(environment, context);
}

/**
 * What `openStream` takes. The database goes along when Kafka is selected: a log in it that was not worked off is what
 * a start on Kafka would orphan.
 *
 * @param consumed see {@link StreamChoice}.
 */
export function streamChoice(
  environment: StreamEnvironment,
  service: string,
  consumed: readonly string[],
): StreamChoice {
  const { DATABASE_URL: connectionString, INSTANCE } = environment;
  const kafka = kafkaSettings(environment, `sluice-${service}-${INSTANCE}`);
  return {
    consumed,
    ...(kafka && { kafka }),
    ...(connectionString !== undefined && { postgres: { connectionString } }),
  };
}

/** docs/architecture.md, section 2: 32 on Kafka, 8 on PostgreSQL, unless it is said. */
export const eventPartitions = ({ EVENT_PARTITIONS, KAFKA_BROKERS }: PartitionEnvironment): number =>
  EVENT_PARTITIONS ?? (KAFKA_BROKERS === undefined ? 8 : 32);
