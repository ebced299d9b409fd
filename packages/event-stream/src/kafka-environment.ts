import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import { commaList, httpUrl, positiveInteger, readBy } from '@sluice/service-kit/environment-values';
import { z } from 'zod';
import type { KafkaLogin, KafkaSettings, TopicSettings } from './kafka/settings.js';

const mechanisms = ['plain', 'scram-sha-256', 'scram-sha-512', 'oauthbearer'] as const;
const mechanism = z
  .string()
  .transform((text) => text.toLowerCase())
  .pipe(z.enum(mechanisms));

const pemFile = readBy((path) => {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new Error(`names a file that can't be read (${(error as NodeJS.ErrnoException).code})`);
  }
  if (!text.includes('-----BEGIN ')) throw new Error('names a file that is not in PEM format');
  return text;
});

const compressions = ['producer', 'uncompressed', 'gzip', 'snappy', 'lz4', 'zstd'] as const;

/** How Kafka is reached, and its topics are made; to be spread into a schema that is refined by {@link demandKafkaLogin}. */
export const kafkaVariables = {
  /** Selects Kafka; the brokers as `host:port`, separated by commas. Without it the stream is in PostgreSQL. */
  KAFKA_BROKERS: commaList.optional(),
  KAFKA_SSL: z.stringbool().default(false),
  /** Files in PEM format: who is trusted instead of the system's authorities, and who this client is. */
  KAFKA_SSL_CA_FILE: pemFile.optional(),
  KAFKA_SSL_CERTIFICATE_FILE: pemFile.optional(),
  KAFKA_SSL_KEY_FILE: pemFile.optional(),
  KAFKA_SSL_KEY_PASSPHRASE: z.string().optional(),
  KAFKA_SASL_MECHANISM: mechanism.optional(),
  KAFKA_SASL_USERNAME: z.string().optional(),
  KAFKA_SASL_PASSWORD: z.string().optional(),
  /** Of the mechanism oauthbearer. */
  KAFKA_OAUTH_TOKEN_URL: httpUrl.optional(),
  KAFKA_OAUTH_CLIENT_ID: z.string().optional(),
  KAFKA_OAUTH_CLIENT_SECRET: z.string().optional(),
  KAFKA_OAUTH_SCOPE: z.string().optional(),
  /** False where topics are made by somebody else: then they are compared at start. */
  KAFKA_CREATE_TOPICS: z.stringbool().default(true),
  KAFKA_TOPIC_REPLICATION_FACTOR: positiveInteger.max(32_767).optional(),
  KAFKA_TOPIC_MIN_INSYNC_REPLICAS: positiveInteger.optional(),
  KAFKA_TOPIC_RETENTION_HOURS: positiveInteger.optional(),
  KAFKA_TOPIC_COMPRESSION: z.enum(compressions).optional(),
};

export type KafkaEnvironment = z.output<z.ZodObject<typeof kafkaVariables>>;

/** What a mechanism needs and lacks, what has no effect, and certificates that TLS can't use are mistakes. */
export function demandKafkaLogin(environment: KafkaEnvironment, context: z.RefinementCtx): void {
  const mistake = (name: keyof KafkaEnvironment, message: string) =>
    context.addIssue({ code: 'custom', path: [name], message });
  const { KAFKA_SASL_MECHANISM: chosen, KAFKA_SSL: ssl } = environment;
  if (chosen !== undefined && loginOf(environment) === undefined) {
    const needed = chosen === 'oauthbearer' ? OAUTH_VARIABLES : PASSWORD_VARIABLES;
    mistake('KAFKA_SASL_MECHANISM', `demands ${needed}`);
  }
  for (const name of TLS_VARIABLES) {
    if (environment[name] !== undefined && !ssl) mistake(name, 'has no effect unless KAFKA_SSL is true');
  }
  if ((environment.KAFKA_SSL_CERTIFICATE_FILE === undefined) !== (environment.KAFKA_SSL_KEY_FILE === undefined)) {
    mistake('KAFKA_SSL_CERTIFICATE_FILE', 'and KAFKA_SSL_KEY_FILE go together');
  } else if (ssl) {
    try {
      createSecureContext(tlsOptions(environment));
    } catch (error) {
      mistake('KAFKA_SSL_CERTIFICATE_FILE', `can't be used with its key: ${(error as Error).message}`);
    }
  }
}

const PASSWORD_VARIABLES = 'KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD';
const OAUTH_VARIABLES = 'KAFKA_OAUTH_TOKEN_URL, KAFKA_OAUTH_CLIENT_ID and KAFKA_OAUTH_CLIENT_SECRET';
const TLS_VARIABLES = [
  'KAFKA_SSL_CA_FILE',
  'KAFKA_SSL_CERTIFICATE_FILE',
  'KAFKA_SSL_KEY_FILE',
  'KAFKA_SSL_KEY_PASSPHRASE',
] as const;

/** Undefined when Kafka is not selected. `clientId` names the process in the brokers' logs and quotas. */
export function kafkaSettings(environment: KafkaEnvironment, clientId: string): KafkaSettings | undefined {
  const { KAFKA_BROKERS: brokers, KAFKA_SSL: ssl } = environment;
  if (brokers === undefined) return undefined;
  const sasl = loginOf(environment);
  return {
    brokers,
    clientId,
    ssl: ssl && tlsOptions(environment),
    ...(sasl && { sasl }),
    topics: topicSettings(environment),
  };
}

/** Empty where nothing is said beyond that TLS is wanted. */
function tlsOptions(environment: KafkaEnvironment) {
  const options = {
    ca: environment.KAFKA_SSL_CA_FILE,
    cert: environment.KAFKA_SSL_CERTIFICATE_FILE,
    key: environment.KAFKA_SSL_KEY_FILE,
    passphrase: environment.KAFKA_SSL_KEY_PASSPHRASE,
  };
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

function loginOf(environment: KafkaEnvironment): KafkaLogin | undefined {
  const { KAFKA_SASL_MECHANISM: chosen } = environment;
  if (chosen === 'oauthbearer') {
    const { KAFKA_OAUTH_TOKEN_URL: tokenUrl, KAFKA_OAUTH_SCOPE: scope } = environment;
    const { KAFKA_OAUTH_CLIENT_ID: clientId, KAFKA_OAUTH_CLIENT_SECRET: clientSecret } = environment;
    if (!tokenUrl || !clientId || !clientSecret) return undefined;
    return { mechanism: chosen, tokenUrl, clientId, clientSecret, ...(scope && { scope }) };
  }
  const { KAFKA_SASL_USERNAME: username, KAFKA_SASL_PASSWORD: password } = environment;
  return chosen && username && password ? { mechanism: chosen, username, password } : undefined;
}

function topicSettings(environment: KafkaEnvironment): TopicSettings {
  const { KAFKA_TOPIC_REPLICATION_FACTOR: replicationFactor, KAFKA_TOPIC_RETENTION_HOURS: retentionHours } =
    environment;
  const { KAFKA_TOPIC_MIN_INSYNC_REPLICAS: minInsyncReplicas, KAFKA_TOPIC_COMPRESSION: compression } = environment;
  return {
    create: environment.KAFKA_CREATE_TOPICS,
    ...(replicationFactor && { replicationFactor }),
    ...(minInsyncReplicas && { minInsyncReplicas }),
    ...(retentionHours && { retentionHours }),
    ...(compression && { compression }),
  };
}
