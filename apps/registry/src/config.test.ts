import { ConfigurationError, parseConfiguration } from '@sluice/service-kit/configuration';
import { expect, test } from 'vitest';
import { registryEnvironment } from './config.js';

const key = Buffer.alloc(32, 7).toString('base64');
const least = {
  DATABASE_URL: 'postgres://sluice@db/sluice',
  ENCRYPTION_KEYS: `2026:${key},2025:${key}`,
  INTERNAL_TOKEN: 'a-token-of-16-ch',
};

const mistakesOf = (environment: Record<string, string>): readonly string[] => {
  try {
    parseConfiguration(registryEnvironment, environment);
  } catch (error) {
    if (error instanceof ConfigurationError) return error.mistakes;
    throw error;
  }
  return [];
};

test('what is not set has a default, and without brokers the stream is in the database', () => {
  const config = parseConfiguration(registryEnvironment, { ...least, ALLOWED_TARGETS: '' });
  expect(config).toMatchObject({
    databaseUrl: least.DATABASE_URL,
    encryptionKeys: [{ id: '2026' }, { id: '2025' }],
    allowedTargets: [],
    webhooksPerAccount: 100_000,
    sources: null,
    baseRate: { perSecond: 5, penaltySeconds: 30 },
    oidc: null,
    internal: { port: 9101 },
    stream: { postgres: { connectionString: least.DATABASE_URL } },
  });
  const kafka = parseConfiguration(registryEnvironment, { ...least, KAFKA_BROKERS: 'a:9092, b:9092', INSTANCE: 'r1' });
  expect(kafka.stream).toEqual({
    kafka: { brokers: ['a:9092', 'b:9092'], clientId: 'sluice-registry-r1', ssl: false, topics: { create: true } },
    // So that it refuses a start on Kafka, as the other services do, while the log in the database is not worked off.
    postgres: { connectionString: least.DATABASE_URL },
    consumed: ['sluice.events'],
  });
});

test('sources are for installations on Kafka: operators may read any topic, and others what is set', () => {
  const onKafka = { ...least, KAFKA_BROKERS: 'a:9092' };
  const sourcesOf = (more: Record<string, string> = {}) =>
    parseConfiguration(registryEnvironment, { ...onKafka, ...more }).sources;
  expect(sourcesOf()?.perAccount).toBe(50);
  expect(sourcesOf()?.topics.allow('orders', 'acc_1')).toBe(false);
  const set = sourcesOf({ SOURCES_PER_ACCOUNT: '3', SOURCE_TOPICS: 'orders, {account}.*' });
  expect(set?.perAccount).toBe(3);
  expect(['orders', 'acc_1.a', 'acc_2.a'].map((topic) => set?.topics.allow(topic, 'acc_1'))).toEqual([
    true,
    true,
    false,
  ]);
  expect(mistakesOf({ ...onKafka, SOURCE_TOPICS: 'a b' })).toEqual([expect.stringContaining('SOURCE_TOPICS')]);
});

test('every mistake is told, and no secret', () => {
  const mistakes = mistakesOf({
    DATABASE_URL: 'mysql://root:hunter2@db',
    ENCRYPTION_KEYS: 'one:c2hvcnQ=,one:c2hvcnQ=',
    ALLOWED_TARGETS: '10.0.0.0/40',
    INTERNAL_TOKEN: 'short',
    WEBHOOKS_PER_ACCOUNT: '-1',
    BASE_REQUESTS_PER_SECOND: '0',
    BASE_PENALTY_SECONDS: '-1',
    OIDC_ISSUER: 'login.example.org',
    OIDC_JWKS_URI: 'file:///etc/passwd',
  });
  for (const name of [
    'DATABASE_URL',
    'ENCRYPTION_KEYS',
    'ALLOWED_TARGETS',
    'INTERNAL_TOKEN',
    'WEBHOOKS_PER_ACCOUNT',
    'BASE_REQUESTS_PER_SECOND',
    'BASE_PENALTY_SECONDS',
    'OIDC_ISSUER',
    'OIDC_JWKS_URI',
  ])
    expect(mistakes.some((mistake) => mistake.startsWith(`${name}: `))).toBe(true);
  for (const secret of ['hunter2', 'c2hvcnQ', 'short']) expect(mistakes.join()).not.toContain(secret);
  expect(mistakesOf({}).map((mistake) => mistake.split(':')[0])).toEqual([
    'DATABASE_URL',
    'ENCRYPTION_KEYS',
    'INTERNAL_TOKEN',
  ]);
});

test('an OIDC issuer comes with the audience of its tokens; claims have the usual names unless told', () => {
  const issuer = { OIDC_ISSUER: 'https://login.example.org/', OIDC_AUDIENCE: 'https://sluice.example.org' };
  const settings = { issuer: issuer.OIDC_ISSUER, audience: issuer.OIDC_AUDIENCE };
  expect(parseConfiguration(registryEnvironment, { ...least, ...issuer, OIDC_JWKS_URI: '' }).oidc).toEqual({
    ...settings,
    userClaim: 'sub',
    clientClaims: ['client_id', 'azp'],
    scopeClaim: 'scope',
    jwksUri: null,
  });
  const told = {
    OIDC_USER_CLAIM: 'email',
    OIDC_CLIENT_CLAIM: 'cid',
    OIDC_SCOPE_CLAIM: 'scp',
    OIDC_JWKS_URI: 'https://login.example.org/keys',
  };
  expect(parseConfiguration(registryEnvironment, { ...least, ...issuer, ...told }).oidc).toEqual({
    ...settings,
    userClaim: 'email',
    clientClaims: ['cid'],
    scopeClaim: 'scp',
    jwksUri: 'https://login.example.org/keys',
  });
  const mistakes = (environment: Record<string, string>) => mistakesOf({ ...least, ...environment });
  expect(mistakes({ OIDC_ISSUER: issuer.OIDC_ISSUER })).toEqual(['OIDC_AUDIENCE: is required with OIDC_ISSUER']);
  for (const name of ['OIDC_AUDIENCE', 'OIDC_JWKS_URI']) {
    expect(mistakes({ [name]: 'https://a.example.org' })).toEqual([`OIDC_ISSUER: is required with ${name}`]);
  }
});

test('a base that asked too often may be forgiven with the second', () => {
  const { baseRate } = parseConfiguration(registryEnvironment, { ...least, BASE_PENALTY_SECONDS: '0' });
  expect(baseRate.penaltySeconds).toBe(0);
});
