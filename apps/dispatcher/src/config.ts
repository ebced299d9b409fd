import { hostname } from 'node:os';
import { type Cidr, parseCidrs } from '@sluice/address-guard/cidr';
import type { StreamChoice } from '@sluice/event-stream/open-stream';
import { z } from 'zod';

const port = z.coerce.number().int().min(0).max(65_535);
const positive = z.coerce.number().int().positive();
const sasl = z.enum(['plain', 'scram-sha-256', 'scram-sha-512']);
const brokers = z.string().transform((text) => text.split(',').flatMap((part) => part.trim() || []));

const ranges = z.string().transform((text, context): Cidr[] => {
  try {
    return parseCidrs(text);
  } catch (error) {
    context.addIssue({ code: 'custom', message: (error as Error).message });
    return z.NEVER;
  }
});

/** The dispatcher's environment. The only place that names its variables. */
export const dispatcherEnvironment = z
  .object({
    DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/, error: 'must be a postgres URL' }),
    INTERNAL_HOST: z.string().default('0.0.0.0'),
    INTERNAL_PORT: port.default(9102),
    INTERNAL_TOKEN: z.string().min(16, 'must have at least 16 characters'),
    REGISTRY_URL: z.url({ protocol: /^https?$/, error: 'must be an http or https URL' }),
    /** Selects Kafka; the brokers as `host:port`, separated by commas. Without it the stream is in DATABASE_URL. */
    KAFKA_BROKERS: brokers.optional(),
    KAFKA_SSL: z.stringbool().default(false),
    KAFKA_SASL_MECHANISM: sasl.optional(),
    KAFKA_SASL_USERNAME: z.string().optional(),
    KAFKA_SASL_PASSWORD: z.string().optional(),
    /** Counts when the topic is created, and never again. */
    EVENT_PARTITIONS: positive.max(1_024).optional(),
    /** Stable: partitions, leases and the registry's knowledge of this dispatcher go by it. */
    INSTANCE: z.string().default(hostname()),
    /** Ranges that deliveries may go to although they are not global unicast, separated by commas. */
    ALLOWED_TARGETS: ranges.default([]),
    /** At most so many deliveries are sent again after a crash; also bounds the attempts under way. */
    MAX_UNRECORDED: positive.default(1_024),
    LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  })
  .superRefine((environment, context) => {
    const { KAFKA_SASL_MECHANISM, KAFKA_SASL_USERNAME, KAFKA_SASL_PASSWORD } = environment;
    if (KAFKA_SASL_MECHANISM === undefined || (KAFKA_SASL_USERNAME && KAFKA_SASL_PASSWORD)) return;
    const message = 'demands KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD';
    context.addIssue({ code: 'custom', path: ['KAFKA_SASL_MECHANISM'], message });
  })
  .transform((environment) => ({
    databaseUrl: environment.DATABASE_URL,
    instance: environment.INSTANCE,
    allowedTargets: environment.ALLOWED_TARGETS,
    limits: { unrecorded: environment.MAX_UNRECORDED },
    internal: {
      host: environment.INTERNAL_HOST,
      port: environment.INTERNAL_PORT,
      token: environment.INTERNAL_TOKEN,
    },
    registryUrl: environment.REGISTRY_URL,
    stream: streamOf(environment),
    eventPartitions: environment.EVENT_PARTITIONS ?? (environment.KAFKA_BROKERS === undefined ? 8 : 32),
    logLevel: environment.LOG_LEVEL,
  }));

interface StreamEnvironment {
  KAFKA_BROKERS?: string[] | undefined;
  KAFKA_SSL: boolean;
  KAFKA_SASL_MECHANISM?: z.output<typeof sasl> | undefined;
  KAFKA_SASL_USERNAME?: string | undefined;
  KAFKA_SASL_PASSWORD?: string | undefined;
  DATABASE_URL: string;
  INSTANCE: string;
}

type KafkaLogin = NonNullable<NonNullable<StreamChoice['kafka']>['sasl']>;

function streamOf(environment: StreamEnvironment): StreamChoice {
  const postgres = { connectionString: environment.DATABASE_URL };
  if (environment.KAFKA_BROKERS === undefined) return { postgres };
  const { KAFKA_SASL_MECHANISM: mechanism, KAFKA_SASL_USERNAME: username, KAFKA_SASL_PASSWORD: password } = environment;
  const login = mechanism && username && password ? { sasl: { mechanism, username, password } as KafkaLogin } : {};
  const clientId = `sluice-dispatcher-${environment.INSTANCE}`;
  return { postgres, kafka: { brokers: environment.KAFKA_BROKERS, clientId, ssl: environment.KAFKA_SSL, ...login } };
}
