import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { removeFolder, temporaryFolder } from '@sluice/testing/temporary-folder';
import { afterAll, expect, it } from 'vitest';
import { z } from 'zod';
import { demandKafkaLogin, kafkaSettings, kafkaVariables } from './kafka-environment.js';

const schema = z.object(kafkaVariables).superRefine(demandKafkaLogin);
const brokers = { KAFKA_BROKERS: 'a:9092' };

const settings = (environment: Record<string, string>) =>
  kafkaSettings(schema.parse({ ...brokers, ...environment }), 'c');
const mistakes = (environment: Record<string, string>) =>
  schema
    .safeParse({ ...brokers, ...environment })
    .error?.issues.map(({ path, message }) => `${path.join()} ${message}`);

const folder = temporaryFolder('pem');
afterAll(() => removeFolder(folder));
const file = (name: string, content: string): string => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};

it('knows no Kafka without brokers', () => {
  expect(kafkaSettings(schema.parse({}), 'c')).toBeUndefined();
});

it('logs in by a password, whichever case the mechanism is written in', () => {
  const login = { KAFKA_SASL_USERNAME: 'sluice', KAFKA_SASL_PASSWORD: 'secret' };
  expect(settings({ KAFKA_SASL_MECHANISM: 'SCRAM-SHA-512', ...login })?.sasl).toEqual({
    mechanism: 'scram-sha-512',
    username: 'sluice',
    password: 'secret',
  });
});

it('logs in by tokens', () => {
  const oauth = {
    KAFKA_SASL_MECHANISM: 'oauthbearer',
    KAFKA_OAUTH_TOKEN_URL: 'https://issuer.example/token',
    KAFKA_OAUTH_CLIENT_ID: 'sluice',
    KAFKA_OAUTH_CLIENT_SECRET: 'secret',
  };
  const sasl = {
    mechanism: 'oauthbearer',
    tokenUrl: 'https://issuer.example/token',
    clientId: 'sluice',
    clientSecret: 'secret',
  };
  expect(settings(oauth)?.sasl).toEqual(sasl);
  expect(settings({ ...oauth, KAFKA_OAUTH_SCOPE: 'kafka' })?.sasl).toEqual({ ...sasl, scope: 'kafka' });
});

it('makes topics unless it is told not to, with what is set', () => {
  expect(settings({})?.topics).toEqual({ create: true });
  const chosen = {
    KAFKA_CREATE_TOPICS: 'false',
    KAFKA_TOPIC_REPLICATION_FACTOR: '3',
    KAFKA_TOPIC_MIN_INSYNC_REPLICAS: '2',
    KAFKA_TOPIC_RETENTION_HOURS: '168',
    KAFKA_TOPIC_COMPRESSION: 'lz4',
  };
  expect(settings(chosen)?.topics).toEqual({
    create: false,
    replicationFactor: 3,
    minInsyncReplicas: 2,
    retentionHours: 168,
    compression: 'lz4',
  });
});

it.each<[Record<string, string>, string]>([
  [
    { KAFKA_SASL_MECHANISM: 'plain', KAFKA_SASL_USERNAME: 'sluice' },
    'KAFKA_SASL_MECHANISM demands KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD',
  ],
  [
    { KAFKA_SASL_MECHANISM: 'oauthbearer', KAFKA_OAUTH_CLIENT_ID: 'sluice' },
    'KAFKA_SASL_MECHANISM demands KAFKA_OAUTH_TOKEN_URL, KAFKA_OAUTH_CLIENT_ID and KAFKA_OAUTH_CLIENT_SECRET',
  ],
  [
    { KAFKA_SSL: 'true', KAFKA_SSL_CA_FILE: '/nowhere/ca.pem' },
    "KAFKA_SSL_CA_FILE names a file that can't be read (ENOENT)",
  ],
  [
    { KAFKA_SSL: 'true', KAFKA_SSL_CA_FILE: file('ca.der', '\x30\x82') },
    'KAFKA_SSL_CA_FILE names a file that is not in PEM format',
  ],
  [{ KAFKA_SSL_KEY_PASSPHRASE: 'secret' }, 'KAFKA_SSL_KEY_PASSPHRASE has no effect unless KAFKA_SSL is true'],
  [
    { KAFKA_SSL: 'true', KAFKA_SSL_KEY_FILE: file('alone.key', '-----BEGIN PRIVATE KEY-----\n') },
    'KAFKA_SSL_CERTIFICATE_FILE and KAFKA_SSL_KEY_FILE go together',
  ],
  [{ KAFKA_TOPIC_REPLICATION_FACTOR: '0' }, 'KAFKA_TOPIC_REPLICATION_FACTOR Too small: expected number to be >0'],
])('refuses %j', (environment, mistake) => {
  expect(mistakes(environment)).toEqual([mistake]);
});

it('refuses a certificate that TLS can’t use, at start rather than at the first connection', () => {
  const broken = file('broken.pem', '-----BEGIN CERTIFICATE-----\nbm90aGluZw==\n-----END CERTIFICATE-----\n');
  const key = file('broken.key', '-----BEGIN PRIVATE KEY-----\nbm90aGluZw==\n-----END PRIVATE KEY-----\n');
  const environment = { KAFKA_SSL: 'true', KAFKA_SSL_CERTIFICATE_FILE: broken, KAFKA_SSL_KEY_FILE: key };
  expect(mistakes(environment)?.join()).toContain("KAFKA_SSL_CERTIFICATE_FILE can't be used with its key");
});
