import { hostname } from 'node:os';
import { commaList, positiveInteger, postgresUrl } from '@sluice/service-kit/environment-values';
import { z } from 'zod';
import type { KafkaSettings } from './kafka/settings.js';
import type { StreamChoice } from './open-stream.js';

const mechanism = z.enum(['plain', 'scram-sha-256', 'scram-sha-512']);

/** How Kafka is reached; to be spread into a schema that is refined by {@link demandKafkaLogin}. */
export const kafkaVariables = {
  /** Selects Kafka; the brokers as `host:port`, separated by commas. Without it the stream is in PostgreSQL. */
  KAFKA_BROKERS: commaList.optional(),
  KAFKA_SSL: z.stringbool().default(false),
  KAFKA_SASL_MECHANISM: mechanism.optional(),
  KAFKA_SASL_USERNAME: z.string().optional(),
  KAFKA_SASL_PASSWORD: z.string().optional(),
};

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
type KafkaEnvironment = Output<typeof kafkaVariables>;
type StreamEnvironment = Output<typeof streamVariables>;
type PartitionEnvironment = Output<typeof partitionVariables> & Pick<KafkaEnvironment, 'KAFKA_BROKERS'>;

/** A mechanism without a name and a password is a mistake. */
export function demandKafkaLogin(environment: KafkaEnvironment, context: z.RefinementCtx): void {
  const { KAFKA_SASL_MECHANISM, KAFKA_SASL_USERNAME, KAFKA_SASL_PASSWORD } = environment;
  if (KAFKA_SASL_MECHANISM === undefined || (KAFKA_SASL_USERNAME && KAFKA_SASL_PASSWORD)) return;
  const message = 'demands KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD';
  context.addIssue({ code: 'custom', path: ['KAFKA_SASL_MECHANISM'], message });
}

/** {@link demandKafkaLogin}, and that some stream is named. */
export function demandStream(environment: StreamEnvironment, context: z.RefinementCtx): void {
  if (environment.KAFKA_BROKERS === undefined && environment.DATABASE_URL === undefined) {
    context.addIssue({ code: 'custom', path: ['DATABASE_URL'], message: 'is required unless KAFKA_BROKERS is set' });
  }
  demandKafkaLogin(environment, context);
}

/** Undefined when Kafka is not selected. `clientId` names the process in the brokers' logs and quotas. */
export function kafkaSettings(environment: KafkaEnvironment, clientId: string): KafkaSettings | undefined {
  const { KAFKA_BROKERS: brokers, KAFKA_SSL: ssl, ...login } = environment;
  if (brokers === undefined) return undefined;
  const { KAFKA_SASL_MECHANISM: mechanism, KAFKA_SASL_USERNAME: username, KAFKA_SASL_PASSWORD: password } = login;
  const sasl = mechanism && username && password ? { mechanism, username, password } : undefined;
  // kafkajs has a type for each mechanism, all of this shape.
  return { brokers, clientId, ssl, ...(sasl && { sasl: sasl as NonNullable<KafkaSettings['sasl']> }) };
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
