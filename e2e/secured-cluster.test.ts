import { spawnSync } from 'node:child_process';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describeKafkaWithJava } from '@sluice/testing/kafka/describe-kafka';
import { type Right, type SecuredBroker, startSecuredBroker, user } from '@sluice/testing/kafka/secured-broker';
import { createDatabase } from '@sluice/testing/postgres';
import { type Receiver, startReceiver } from '@sluice/testing/receiver';
import { eventually } from '@sluice/testing/stack/built-process';
import { follow } from '@sluice/testing/stack/follow-events';
import { ServiceStack } from '@sluice/testing/stack/service-stack';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { mainJob } from './src/main-job.js';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const principal = `User:${user.name}`;

/** All that the services are allowed here, where somebody else makes the topics; docs/kafka.md has them in its table. */
const readGroup: Right = ['Read', 'group', 'sluice-dispatcher'];
const writeEvents: Right = ['Write', 'topic', 'sluice.events'];
const writeFacts: Right = ['Write', 'topic', 'sluice.webhooks'];
const rights: Right[] = [
  writeEvents,
  readGroup,
  ['Read', 'topic', 'sluice.events'],
  writeFacts,
  ['Write', 'topic', 'sluice.retries'],
  ['Read', 'topic', 'sluice.retries'],
  ['Read', 'group', 'sluice-importer-retries'],
  ['DescribeConfigs', 'topic', 'sluice.events'],
  ['DescribeConfigs', 'topic', 'sluice.webhooks'],
  ['DescribeConfigs', 'topic', 'sluice.retries'],
];

/** Every service against a cluster that lets nobody in unasked and allows nobody anything unasked. */
describeKafkaWithJava('on a secured cluster', () => {
  let broker: SecuredBroker;
  let database: { url: string; close(): Promise<void> };
  let stack: ServiceStack;
  let receiver: Receiver;

  /** As whoever may come by the plain listener: the operator. */
  const topics = (...parameters: string[]) => {
    const env = { PATH: process.env.PATH, KAFKA_BROKERS: broker.operator, EVENT_PARTITIONS: '8' };
    return spawnSync(process.execPath, ['deploy/topics.mjs', ...parameters], { cwd: root, env, encoding: 'utf8' });
  };

  beforeAll(async () => {
    [broker, database, receiver] = await Promise.all([startSecuredBroker(), createDatabase(), startReceiver()]);
  });

  afterAll(async () => {
    await stack?.stop();
    await receiver?.close();
    await database?.close();
    await broker?.stop();
  });

  it('topics are made by a command, which tells beforehand what is missing', async () => {
    const { status, stderr } = topics('--check');
    expect(status).toBe(1);
    for (const topic of ['sluice.events', 'sluice.webhooks', 'sluice.retries']) {
      expect(stderr).toContain(`topic ${topic} is missing`);
    }
    const made = topics();
    expect(made).toMatchObject({ status: 0, stderr: '' });
    expect(made.stdout).toContain('topic sluice.events is as it should be, with 8 partitions');
    expect(topics('--check').status).toBe(0);
  });

  it('services start with the rights above and no others', async () => {
    await broker.allow(principal, ...rights);
    stack = await ServiceStack.start({
      databaseUrl: database.url,
      brokers: broker.login,
      dispatchers: 1,
      importer: true,
      environment: {
        KAFKA_SSL: 'true',
        KAFKA_SSL_CA_FILE: broker.authority.certificate,
        KAFKA_SASL_MECHANISM: 'scram-sha-512',
        KAFKA_SASL_USERNAME: user.name,
        KAFKA_SASL_PASSWORD: user.password,
        KAFKA_CREATE_TOPICS: 'false',
      },
    });
  });

  mainJob(() => ({ client: stack.client, adminKey: stack.adminKey, receiver }));

  it('a dispatcher that may not be in its group any more says so, and goes on when it may', async () => {
    await broker.forget(principal, readGroup);
    await eventually('the dispatcher names the right', async () =>
      (await stack.problemsOf('dispatcher-0')).some((problem) =>
        problem.includes('lacks the right Read on group sluice-dispatcher'),
      ),
    );
    expect(stack.outputOf('dispatcher-0')).toContain('lacks the right Read on group sluice-dispatcher');
    await broker.allow(principal, readGroup);
    await eventually('the dispatcher is well', () => stack.ready('dispatcher-0'));
    await stack.client.publish(follow(8_001));
    await receiver.waitFor(1, ({ headers }) => headers['ce-id'] === 'follow-8001');
  });

  it('a registry that may not tell facts any more works on, and logs why nobody hears of it', async () => {
    await broker.forget(principal, writeFacts);
    await stack.client.subscribe(receiver.url('/unheard'), 'follow.created');
    await eventually('the registry names the right', async () =>
      stack.outputOf('registry').includes('lacks the right Write on topic sluice.webhooks'),
    );
    expect(await stack.ready('registry')).toBe(true);
    await broker.allow(principal, writeFacts);
  });

  it('a gateway that may not publish any more accepts nothing and says so, and goes on when it may', async () => {
    await broker.forget(principal, writeEvents);
    const missing = 'lacks the right Write on topic sluice.events';
    expect((await stack.client.publish(follow(8_002))).status).toBe(503);
    await eventually('the gateway names the right', async () =>
      (await stack.problemsOf('gateway')).some((problem) => problem.includes(missing)),
    );
    expect(stack.outputOf('gateway')).toContain(missing);
    await broker.allow(principal, writeEvents);
    await eventually('the gateway accepts', async () => (await stack.client.publish(follow(8_003))).status === 202);
    await receiver.waitFor(1, ({ headers }) => headers['ce-id'] === 'follow-8003');
  });
});
