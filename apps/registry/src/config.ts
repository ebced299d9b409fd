import { hostname } from 'node:os';
import { parseCidrs } from '@sluice/address-guard/cidr';
import type { StreamChoice } from '@sluice/event-stream/open-stream';
import { z } from 'zod';
import { type EncryptionKey, KEY_BYTES } from './encryption/keyring.js';

const port = z.coerce.number().int().min(0).max(65_535);
const list = z.string().transform((text) =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== ''),
);
const databaseUrl = z.url({ protocol: /^postgres(ql)?$/, error: 'must be a postgres URL' });
const logLevel = z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info');

/** `id:base64,id:base64`, the current one first. The messages never repeat a key. */
const encryptionKeys = z.string().transform((text, context): EncryptionKey[] => {
  const keys = text.split(',').map((part) => {
    const [id = '', encoded = '', ...rest] = part.trim().split(':');
    return { id, key: Buffer.from(encoded, 'base64'), whole: /^[\w.-]{1,64}$/.test(id) && rest.length === 0 };
  });
  const add = (message: string) => context.addIssue({ code: 'custom', message });
  if (keys.some(({ key, whole }) => !whole || key.length !== KEY_BYTES)) {
    add(`must be id:base64,id:base64 with ${KEY_BYTES} bytes a key; make one with: openssl rand -base64 ${KEY_BYTES}`);
  }
  if (new Set(keys.map(({ id }) => id)).size !== keys.length) add('has the same id twice');
  return keys.map(({ id, key }) => ({ id, key }));
});

const allowedTargets = z.string().transform((text, context) => {
  try {
    return parseCidrs(text);
  } catch (error) {
    context.addIssue({ code: 'custom', message: error instanceof Error ? error.message : String(error) });
    return z.NEVER;
  }
});

/** What the commands that only touch the database need. */
const DatabaseEnvironment = z.object({ DATABASE_URL: databaseUrl, LOG_LEVEL: logLevel });

export const migrationEnvironment = DatabaseEnvironment.transform((environment) => ({
  databaseUrl: environment.DATABASE_URL,
  logLevel: environment.LOG_LEVEL,
}));

export const bootstrapEnvironment = DatabaseEnvironment.extend({
  OPERATOR_NAME: z.string().trim().min(1).max(200).default('Operator'),
}).transform((environment) => ({ databaseUrl: environment.DATABASE_URL, operatorName: environment.OPERATOR_NAME }));

export const rotationEnvironment = DatabaseEnvironment.extend({ ENCRYPTION_KEYS: encryptionKeys }).transform(
  (environment) => ({ databaseUrl: environment.DATABASE_URL, encryptionKeys: environment.ENCRYPTION_KEYS }),
);

/** The registry's environment. */
export const registryEnvironment = DatabaseEnvironment.extend({
  ENCRYPTION_KEYS: encryptionKeys,
  /** CIDR ranges, separated by commas, that endpoints may lie in although they are not public. */
  ALLOWED_TARGETS: allowedTargets.default([]),
  WEBHOOKS_PER_ACCOUNT: z.coerce.number().int().positive().default(100_000),
  INTERNAL_HOST: z.string().default('0.0.0.0'),
  INTERNAL_PORT: port.default(9101),
  INTERNAL_TOKEN: z.string().min(16, 'must have at least 16 characters'),
  INSTANCE: z.string().default(hostname()),
  /** Selects Kafka; the brokers as `host:port`, separated by commas. Without it the stream is in DATABASE_URL. */
  KAFKA_BROKERS: list.optional(),
  KAFKA_SSL: z.stringbool().default(false),
  KAFKA_SASL_MECHANISM: z.enum(['plain', 'scram-sha-256', 'scram-sha-512']).optional(),
  KAFKA_SASL_USERNAME: z.string().optional(),
  KAFKA_SASL_PASSWORD: z.string().optional(),
})
  .superRefine((environment, context) => {
    const { KAFKA_SASL_MECHANISM: mechanism, KAFKA_SASL_USERNAME: name, KAFKA_SASL_PASSWORD: password } = environment;
    if (mechanism === undefined || (name !== undefined && password !== undefined)) return;
    const message = 'demands KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD';
    context.addIssue({ code: 'custom', path: ['KAFKA_SASL_MECHANISM'], message });
  })
  .transform((environment) => ({
    databaseUrl: environment.DATABASE_URL,
    encryptionKeys: environment.ENCRYPTION_KEYS,
    allowedTargets: environment.ALLOWED_TARGETS,
    webhooksPerAccount: environment.WEBHOOKS_PER_ACCOUNT,
    internal: {
      host: environment.INTERNAL_HOST,
      port: environment.INTERNAL_PORT,
      token: environment.INTERNAL_TOKEN,
    },
    stream: streamOf(environment),
    logLevel: environment.LOG_LEVEL,
  }));

interface StreamEnvironment {
  DATABASE_URL: string;
  INSTANCE: string;
  KAFKA_BROKERS?: string[] | undefined;
  KAFKA_SSL: boolean;
  KAFKA_SASL_MECHANISM?: 'plain' | 'scram-sha-256' | 'scram-sha-512' | undefined;
  KAFKA_SASL_USERNAME?: string | undefined;
  KAFKA_SASL_PASSWORD?: string | undefined;
}

function streamOf(environment: StreamEnvironment): StreamChoice {
  const { DATABASE_URL: connectionString, KAFKA_BROKERS: brokers, KAFKA_SSL: ssl, INSTANCE } = environment;
  const { KAFKA_SASL_MECHANISM: mechanism, KAFKA_SASL_USERNAME: username, KAFKA_SASL_PASSWORD: password } = environment;
  if (brokers === undefined) return { postgres: { connectionString } };
  const login = mechanism && username && password ? { sasl: { mechanism, username, password } as KafkaLogin } : {};
  return { kafka: { brokers, clientId: `sluice-registry-${INSTANCE}`, ssl, ...login } };
}

type KafkaLogin = NonNullable<NonNullable<StreamChoice['kafka']>['sasl']>;
