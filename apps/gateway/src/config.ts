import { isIP } from 'node:net';
import { hostname } from 'node:os';
import type { StreamChoice } from '@sluice/event-stream/open-stream';
import { z } from 'zod';

const port = z.coerce.number().int().min(0).max(65_535);
const positive = z.coerce.number().int().positive();
const list = z.string().transform((text) =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== ''),
);
const httpUrl = z.url({ protocol: /^https?$/, error: 'must be an http or https URL' });
const sasl = z.enum(['plain', 'scram-sha-256', 'scram-sha-512']);
const isRange = (text: string): boolean => isIP(text.split('/')[0] ?? '') !== 0;

/** The gateway's environment. The only place that names its variables. */
export const gatewayEnvironment = z
  .object({
    HOST: z.string().default('0.0.0.0'),
    PORT: port.default(8080),
    INTERNAL_HOST: z.string().default('0.0.0.0'),
    INTERNAL_PORT: port.default(9103),
    INTERNAL_TOKEN: z.string().min(16, 'must have at least 16 characters'),
    /** Selects Kafka; the brokers as `host:port`, separated by commas. Without it the stream is in DATABASE_URL. */
    KAFKA_BROKERS: list.optional(),
    KAFKA_SSL: z.stringbool().default(false),
    KAFKA_SASL_MECHANISM: sasl.optional(),
    KAFKA_SASL_USERNAME: z.string().optional(),
    KAFKA_SASL_PASSWORD: z.string().optional(),
    DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/, error: 'must be a postgres URL' }).optional(),
    /** Counts when the topic is created, and never again. */
    EVENT_PARTITIONS: positive.max(1_024).optional(),
    INSTANCE: z.string().default(hostname()),
    REGISTRY_URL: httpUrl,
    DISPATCHER_URL: httpUrl,
    /** What portal links start with; the request's host when it is not set. */
    PUBLIC_URL: httpUrl.transform((url) => url.replace(/\/+$/, '')).optional(),
    /** Whose X-Forwarded headers count. */
    TRUSTED_PROXIES: list
      .refine((ranges) => ranges.every(isRange), 'must be addresses or CIDR ranges, separated by commas')
      .default([]),
    RATE_LIMIT_REQUESTS: positive.default(1_000),
    RATE_LIMIT_EVENTS: positive.default(20_000),
    RATE_LIMIT_FAILURES: positive.default(50),
    LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  })
  .superRefine((environment, context) => {
    if (environment.KAFKA_BROKERS === undefined && environment.DATABASE_URL === undefined) {
      context.addIssue({ code: 'custom', path: ['DATABASE_URL'], message: 'is required unless KAFKA_BROKERS is set' });
    }
    const { KAFKA_SASL_MECHANISM, KAFKA_SASL_USERNAME, KAFKA_SASL_PASSWORD } = environment;
    if (
      KAFKA_SASL_MECHANISM === undefined ||
      (KAFKA_SASL_USERNAME !== undefined && KAFKA_SASL_PASSWORD !== undefined)
    ) {
      return;
    }
    const message = 'demands KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD';
    context.addIssue({ code: 'custom', path: ['KAFKA_SASL_MECHANISM'], message });
  })
  .transform((environment) => ({
    stream: streamOf(environment),
    eventPartitions: environment.EVENT_PARTITIONS ?? (environment.KAFKA_BROKERS === undefined ? 8 : 32),
    host: environment.HOST,
    port: environment.PORT,
    internal: {
      host: environment.INTERNAL_HOST,
      port: environment.INTERNAL_PORT,
      token: environment.INTERNAL_TOKEN,
    },
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

interface StreamEnvironment {
  KAFKA_BROKERS?: string[] | undefined;
  KAFKA_SSL: boolean;
  KAFKA_SASL_MECHANISM?: z.output<typeof sasl> | undefined;
  KAFKA_SASL_USERNAME?: string | undefined;
  KAFKA_SASL_PASSWORD?: string | undefined;
  DATABASE_URL?: string | undefined;
  INSTANCE: string;
}

function streamOf(environment: StreamEnvironment): StreamChoice {
  const { KAFKA_BROKERS: brokers, KAFKA_SSL: ssl, DATABASE_URL: connectionString, INSTANCE } = environment;
  const { KAFKA_SASL_MECHANISM: mechanism, KAFKA_SASL_USERNAME: username, KAFKA_SASL_PASSWORD: password } = environment;
  const login = mechanism && username && password ? { sasl: { mechanism, username, password } as KafkaLogin } : {};
  return {
    ...(brokers === undefined ? {} : { kafka: { brokers, clientId: `sluice-gateway-${INSTANCE}`, ssl, ...login } }),
    ...(connectionString === undefined ? {} : { postgres: { connectionString } }),
  };
}

type KafkaLogin = NonNullable<NonNullable<StreamChoice['kafka']>['sasl']>;
