import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { describeKafkaWithJava } from '@sluice/testing/kafka/describe-kafka';
import {
  keyPassphrase,
  oauthClient,
  type SecuredBroker,
  startSecuredBroker,
  user,
} from '@sluice/testing/kafka/secured-broker';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { eventually, record } from '../conformance/bench.js';
import { OwnerStore } from '../conformance/owner-store.js';
import { type EventStream, StreamUnavailable } from '../event-stream.js';
import { demandKafkaLogin, kafkaSettings, kafkaVariables } from '../kafka-environment.js';
import { openKafkaStream } from './kafka-stream.js';

type Environment = Record<string, string>;

const schema = z.object(kafkaVariables).superRefine(demandKafkaLogin);

describeKafkaWithJava('a secured cluster', () => {
  let broker: SecuredBroker;
  /** Lines of warnings and errors, with their facts. */
  let logged: string[] = [];
  beforeAll(async () => {
    broker = await startSecuredBroker();
  });
  afterAll(() => broker?.stop());

  const noted = (facts: object, message: string) => {
    const { err } = facts as { err?: Error };
    logged.push(`${message}: ${err?.message ?? JSON.stringify(facts)}`);
  };
  const logger = { debug: () => {}, info: () => {}, warn: noted, error: noted };

  /** From the environment, as services do it. */
  async function open(environment: Environment): Promise<EventStream> {
    const settings = kafkaSettings(schema.parse(environment), 'secured');
    if (settings === undefined) throw new Error('Kafka is not chosen');
    const stream = await openKafkaStream({ ...settings, logger });
    onTestFinished(() => stream.close());
    return stream;
  }

  const newTopic = () => `secured.${randomUUID()}`;
  const byTls = (): Environment => ({
    KAFKA_BROKERS: broker.tls,
    KAFKA_SSL: 'true',
    KAFKA_SSL_CA_FILE: broker.authority.certificate,
    KAFKA_SSL_CERTIFICATE_FILE: broker.client.certificate,
    KAFKA_SSL_KEY_FILE: broker.client.key,
    KAFKA_SSL_KEY_PASSPHRASE: keyPassphrase,
  });
  const byPassword = (mechanism: string): Environment => ({
    KAFKA_BROKERS: broker.login,
    KAFKA_SSL: 'true',
    KAFKA_SSL_CA_FILE: broker.authority.certificate,
    KAFKA_SASL_MECHANISM: mechanism,
    KAFKA_SASL_USERNAME: user.name,
    KAFKA_SASL_PASSWORD: user.password,
  });
  const byToken = (): Environment => ({
    KAFKA_BROKERS: broker.login,
    KAFKA_SSL: 'true',
    KAFKA_SSL_CA_FILE: broker.authority.certificate,
    KAFKA_SASL_MECHANISM: 'oauthbearer',
    KAFKA_OAUTH_TOKEN_URL: broker.tokens.url,
    KAFKA_OAUTH_CLIENT_ID: oauthClient.id,
    KAFKA_OAUTH_CLIENT_SECRET: oauthClient.secret,
    KAFKA_OAUTH_SCOPE: 'kafka',
  });

  const ways: [string, string, () => Environment][] = [
    ['TLS with a client certificate', 'User:CN=sluice', byTls],
    ['SASL/PLAIN', `User:${user.name}`, () => byPassword('plain')],
    ['SASL/SCRAM-SHA-256', `User:${user.name}`, () => byPassword('scram-sha-256')],
    ['SASL/SCRAM-SHA-512', `User:${user.name}`, () => byPassword('SCRAM-SHA-512')],
    ['SASL/OAUTHBEARER', `User:${oauthClient.id}`, byToken],
  ];

  it.each(ways)('makes a topic, publishes and consumes by %s', async (_way, principal, environment) => {
    const topic = newTopic();
    await broker.allow(
      principal,
      ...(['Create', 'Write', 'Read'] as const).map((right) => [right, 'topic', topic] as const),
      ['Read', 'group', topic],
    );
    const stream = await open(environment());
    await stream.ensureTopics([{ topic, partitions: 2 }]);
    await stream.publish(topic, [record('k', 'over a secured line')]);
    await stream.probe();
    const store = new OwnerStore();
    const consumer = await stream.consume({ topic, group: topic, member: 'a', handler: store.handler('a') });
    await eventually(() => expect(store.values()).toEqual(['over a secured line']));
    expect(consumer.problem()).toBeNull();
    expect(store.violations).toEqual([]);
  });

  it.each<[string, () => Environment, string]>([
    ['no authority that it should trust', () => ({ KAFKA_BROKERS: broker.login, KAFKA_SSL: 'true' }), 'certificate'],
    [
      'no certificate of its own',
      () => ({ KAFKA_BROKERS: broker.tls, KAFKA_SSL: 'true', KAFKA_SSL_CA_FILE: broker.authority.certificate }),
      'certificate',
    ],
    [
      'a wrong password',
      () => ({ ...byPassword('plain'), KAFKA_SASL_PASSWORD: 'wrong' }),
      'Invalid username or password',
    ],
    [
      'a wrong password for SCRAM',
      () => ({ ...byPassword('scram-sha-512'), KAFKA_SASL_PASSWORD: 'wrong' }),
      'invalid credentials',
    ],
    [
      'a secret that the token endpoint refuses',
      () => ({ ...byToken(), KAFKA_OAUTH_CLIENT_SECRET: 'wrong' }),
      'invalid_client',
    ],
  ])('says what is wrong with %s', async (_what, environment, reason) => {
    const refusal = await (await open(environment()))
      .ensureTopics([{ topic: newTopic(), partitions: 1 }])
      .catch(String);
    expect(refusal).toMatch(new RegExp(reason, 'i'));
    expect(refusal).not.toContain('wrong');
  });

  it('goes on when tokens run out, by new ones', async () => {
    const topic = newTopic();
    await broker.allow(`User:${oauthClient.id}`, ['Create', 'topic', topic], ['Write', 'topic', topic]);
    broker.tokens.lifeSeconds = 8;
    onTestFinished(() => {
      broker.tokens.lifeSeconds = 600;
    });
    const stream = await open(byToken());
    await stream.ensureTopics([{ topic, partitions: 1 }]);
    const before = broker.tokens.given;
    // The first one is over when the third is asked for. What is refused meanwhile is not asked for again.
    while (broker.tokens.given < before + 2) {
      await stream.publish(topic, [record('k', 'v')]);
      await sleep(100);
    }
    await stream.publish(topic, [record('k', 'v')]);
  });

  describe('names the right that is missing', () => {
    const principal = `User:${user.name}`;

    it('to create a topic', async () => {
      const topic = newTopic();
      const stream = await open(byPassword('plain'));
      await expect(stream.ensureTopics([{ topic, partitions: 1 }])).rejects.toThrow(
        `lacks the right Create on topic ${topic}`,
      );
    });

    it('to publish, in the error, the log and the probe, until it is given', async () => {
      const topic = newTopic();
      await broker.allow(principal, ['Create', 'topic', topic], ['Describe', 'topic', topic]);
      const stream = await open(byPassword('plain'));
      await stream.ensureTopics([{ topic, partitions: 1 }]);
      const missing = `lacks the right Write on topic ${topic}`;
      logged = [];
      const refusal = await stream.publish(topic, [record('k', 'v')]).catch((error: unknown) => error);
      expect(refusal).toBeInstanceOf(StreamUnavailable);
      expect(String(refusal)).toContain(missing);
      expect(logged.join('\n')).toContain(missing);
      await expect(stream.probe()).rejects.toThrow(missing);
      await broker.allow(principal, ['Write', 'topic', topic]);
      await eventually(() => stream.publish(topic, [record('k', 'v')]));
      await stream.probe();
    });

    it('to consume, in the log and as the problem, until it is given', async () => {
      const topic = newTopic();
      const group = `group of ${topic}`;
      await broker.allow(principal, ['Create', 'topic', topic], ['Write', 'topic', topic]);
      const stream = await open(byPassword('plain'));
      await stream.ensureTopics([{ topic, partitions: 1 }]);
      await stream.publish(topic, [record('k', 'v')]);
      logged = [];
      const store = new OwnerStore();
      const consumer = await stream.consume({ topic, group, member: 'a', handler: store.handler('a') });
      const told = async (missing: string) => {
        await eventually(() => expect(consumer.problem()).toContain(missing));
        expect(logged.join('\n')).toContain(missing);
      };
      await told(`lacks the right Read on group ${group}`);
      await broker.allow(principal, ['Read', 'group', group]);
      await told(`lacks the right Read on topic ${topic}`);
      await broker.allow(principal, ['Read', 'topic', topic]);
      await eventually(() => expect(store.values()).toEqual(['v']));
      await eventually(() => expect(consumer.problem()).toBeNull());
    });

    it('to compare topics', async () => {
      const topic = newTopic();
      await broker.allow(principal, ['Create', 'topic', topic], ['Describe', 'topic', topic]);
      await (await open(byPassword('plain'))).ensureTopics([{ topic, partitions: 1 }]);
      const comparing = await open({ ...byPassword('plain'), KAFKA_CREATE_TOPICS: 'false' });
      await expect(comparing.ensureTopics([{ topic, partitions: 1 }])).rejects.toThrow(
        `lacks the right DescribeConfigs on topic ${topic}`,
      );
    });
  });

  describe('where topics are made by somebody else', () => {
    const settings = {
      KAFKA_TOPIC_REPLICATION_FACTOR: '1',
      KAFKA_TOPIC_RETENTION_HOURS: '24',
      KAFKA_TOPIC_MIN_INSYNC_REPLICAS: '1',
      KAFKA_TOPIC_COMPRESSION: 'zstd',
    };
    const asOperator = (environment: Environment) => open({ KAFKA_BROKERS: broker.operator, ...environment });

    it('takes topics that are as they should be', async () => {
      const topic = newTopic();
      await (await asOperator(settings)).ensureTopics([{ topic, partitions: 3 }]);
      const comparing = await asOperator({ ...settings, KAFKA_CREATE_TOPICS: 'false' });
      await comparing.ensureTopics([{ topic, partitions: 3 }]);
    });

    it('names each topic and setting that differs, and what is missing, and makes nothing', async () => {
      const [topic, other] = [newTopic(), newTopic()];
      const making = await asOperator({ KAFKA_TOPIC_RETENTION_HOURS: '1' });
      await making.ensureTopics([{ topic, partitions: 3 }]);
      const comparing = await asOperator({
        ...settings,
        KAFKA_TOPIC_REPLICATION_FACTOR: '3',
        KAFKA_CREATE_TOPICS: 'false',
      });
      const wanted = [
        { topic, partitions: 5 },
        { topic: other, partitions: 1 },
      ];
      const refusal = await comparing.ensureTopics(wanted).catch(String);
      for (const difference of [
        `topic ${topic} has 3 partitions, not 5`,
        `topic ${topic} has replication factor 1, not 3`,
        `topic ${topic} has retention.ms=3600000, not 86400000`,
        `topic ${topic} has compression.type=producer, not zstd`,
        `topic ${other} is missing`,
      ]) {
        expect(refusal).toContain(difference);
      }
      expect(refusal).not.toContain('max.message.bytes');
      expect(await making.ranges(other).catch(String)).toMatch(/does not host this topic-partition/);
    });
  });
});
