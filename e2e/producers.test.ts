import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type KafkaBroker, kafkaVersion, startKafkaBroker } from '@sluice/testing/kafka/broker';
import { describeOwnKafka } from '@sluice/testing/kafka/describe-kafka';
import { kafkaClassPath } from '@sluice/testing/kafka/jars';
import { startKafkaConnect } from '@sluice/testing/kafka/kafka-connect';
import { OwnPostgres } from '@sluice/testing/own-postgres';
import { createDatabase, type TestDatabase } from '@sluice/testing/postgres';
import { PythonEnvironment } from '@sluice/testing/python/python-environment';
import { type Receiver, startReceiver } from '@sluice/testing/receiver';
import { ServiceStack } from '@sluice/testing/stack/service-stack';
import { SluiceClient } from '@sluice/testing/stack/sluice-client';
import { temporaryFolder } from '@sluice/testing/temporary-folder';
import pg from 'pg';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { examplesOf } from './src/guide-examples.js';
import { needing } from './src/needing.js';

/** Each example of docs/producers.md is run as it stands there. */
const examples = examplesOf('producers.md');
/** Within the repository, so that what is imported is found as in a project. */
const folder = fileURLToPath(new URL('../.cache/producers/', import.meta.url));
const run = promisify(execFile);
const WAIT = { timeout: 30_000, interval: 100 };

describeOwnKafka("the producers' guide", () => {
  let broker: KafkaBroker;
  let database: TestDatabase;
  let receiver: Receiver;
  let stack: ServiceStack;
  let environment: Record<string, string>;
  const ran = new Set<string>();

  beforeAll(async () => {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    [broker, database, receiver] = await Promise.all([
      startKafkaBroker({ properties: { 'auto.create.topics.enable': 'true' } }),
      createDatabase(),
      startReceiver(),
    ]);
    stack = await ServiceStack.start({
      ...{ databaseUrl: database.url, brokers: broker.brokers, dispatchers: 1, importer: true },
    });
    const { baseUrl, apiKey } = stack.client;
    environment = { SLUICE: baseUrl, API_KEY: apiKey, ADMIN_KEY: stack.adminKey, KAFKA_BROKERS: broker.brokers };
    await shell('register-type.sh');
    await stack.client.subscribe(receiver.url('/orders'), 'order.placed');
  });
  afterAll(async () => {
    await stack?.stop();
    await receiver?.close();
    await database?.close();
    await broker?.stop();
  });

  function saved(name: string): string {
    const code = examples.get(name);
    if (code === undefined) throw new Error(`the guide has no example ${name}`);
    ran.add(name);
    const file = join(folder, name);
    writeFileSync(file, code);
    return file;
  }

  const options = () => ({ cwd: folder, env: { ...process.env, ...environment }, timeout: 60_000 });
  const shell = (name: string) => run('bash', ['-euo', 'pipefail', saved(name)], options());

  async function arrive(...orders: string[]): Promise<void> {
    for (const order of orders) {
      await receiver.waitFor(
        1,
        ({ path, body }) => path === '/orders' && JSON.parse(body.toString()).orderId === order,
      );
    }
  }

  it('over HTTP, with curl: one event, and many at once', async () => {
    await shell('publish-binary.sh');
    await shell('publish-batch.sh');
    await arrive('curl-1', 'curl-2', 'curl-3');
    // The bytes that were published, the digits of the number among them.
    expect(receiver.arrivals.map(({ body }) => body.toString())).toContain('{"orderId": "curl-1", "total": 12.50}');
  });

  it('a topic becomes a source', async () => {
    await shell('create-source.sh');
    await shell('create-mapped-source.sh');
  });

  it('kafkajs', async () => {
    await run('node', [saved('publish-kafkajs.mjs')], options());
    await arrive('kafkajs-1');
  });

  needing('java', ['-version'], "Java's client", async () => {
    const classPath = await kafkaClassPath(kafkaVersion);
    await run('java', ['-XX:TieredStopAtLevel=1', '-cp', classPath, saved('PublishOrder.java')], options());
    await arrive('java-1');
  });

  needing('python3', ['-c', 'import ensurepip, venv'], 'confluent-kafka of Python', async () => {
    const python = await PythonEnvironment.having(['confluent-kafka==2.16.1']);
    await python.run(saved('publish_order.py'), environment);
    await arrive('python-1');
  });

  needing('kcat', ['-V'], 'kcat: binary, structured, and JSON with a mapping', async () => {
    await shell('publish-kcat.sh');
    await shell('publish-structured.sh');
    await shell('publish-receipt.sh');
    await arrive('kcat-1', 'kcat-2', 'mapped-1');
    const mapped = receiver.arrivals.find(({ body }) => body.includes('mapped-1'));
    expect(mapped?.body.toString()).toBe('{"no": "mapped-1", "orderId": "mapped-1", "sum": 1.10}');
    expect(mapped?.headers).toMatchObject({ 'ce-id': 'mapped-1', 'ce-subject': 'till-4' });
  });

  needing('kcat', ['-V'], 'what a mapping does not fit arrives when that is mended and it is put back', async () => {
    const admin = new SluiceClient(stack.client.baseUrl, `Bearer ${stack.adminKey}`);
    const ask = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
      const answer = await admin.request(method, path, body === undefined ? undefined : JSON.stringify(body));
      expect([path, answer.status]).toEqual([path, 200]);
      return answer.body as T;
    };
    const receipt = '{"receipt": {"number": "mended-1", "orderId": "mended-1"}}';
    const publish = `echo '${receipt}' | kcat -P -b ${broker.brokers} -t pos.receipts -k till-4 -X acks=all`;
    await run('bash', ['-euo', 'pipefail', '-c', publish]);
    const letter = await vi.waitFor(async () => {
      type Letters = { dead_letters: { id: string; source_id: string; reason: string }[] };
      const { dead_letters } = await ask<Letters>('GET', '/v1/dead-letters?topic=pos.receipts&state=waiting');
      expect(dead_letters).toHaveLength(1);
      return dead_letters[0]!;
    }, WAIT);
    expect(letter.reason).toContain('/receipt/no');
    const shown = await ask<{ value: { text: string } }>('GET', `/v1/dead-letters/${letter.id}`);
    expect(shown.value.text).toBe(receipt);

    const source = `/v1/sources/${letter.source_id}`;
    const mapping = {
      type: { value: 'order.placed' },
      id: { pointer: '/receipt/number' },
      data: { pointer: '/receipt' },
    };
    const { revision } = await ask<{ revision: number }>('PATCH', source, { mapping });
    await vi.waitFor(async () => expect(await ask('GET', source)).toMatchObject({ applied_revision: revision }), WAIT);
    await ask('POST', `/v1/dead-letters/${letter.id}/put-back`);
    await arrive('mended-1');
  });

  needing('java', ['-version'], 'Debezium', async () => {
    await shell('create-debezium-source.sh');
    await stack.client.subscribe(receiver.url('/rows'), 'row.created');
    const shop = await OwnPostgres.start(temporaryFolder('shop'), { wal_level: 'logical' });
    const sql = new pg.Client({ connectionString: shop.url });
    await sql.connect();
    try {
      await sql.query('create table orders (id bigint primary key, total numeric(12, 2))');
      const written = propertiesOf(saved('debezium-orders.properties'));
      const { hostname, port, username, password, pathname } = new URL(shop.url);
      const ours = {
        'database.hostname': hostname,
        'database.port': port,
        'database.user': decodeURIComponent(username),
        'database.password': decodeURIComponent(password),
        'database.dbname': pathname.slice(1),
      };
      expect(Object.keys(written)).toEqual(expect.arrayContaining(Object.keys(ours)));
      const connector = { ...written, ...ours };
      const connect = await startKafkaConnect({ brokers: broker.brokers, schemas: false, connector });
      try {
        await sql.query('insert into orders values (7, 12.50)');
        const [arrival] = await receiver.waitFor(1, ({ path }) => path === '/rows');
        const row = { table: 'public.orders', key: { id: 7 }, before: null, after: { id: 7, total: '12.50' } };
        expect(JSON.parse(arrival!.body.toString())).toEqual(row);
      } finally {
        await connect.stop();
      }
    } finally {
      await sql.end();
      await shop.close();
    }
  });

  it('nothing else became a dead letter, and no example was left out', async () => {
    const { body } = await stack.client.request('GET', '/v1/dead-letters?state=waiting');
    expect(body).toMatchObject({ dead_letters: [] });
    if (process.env.CI) expect([...ran].sort()).toEqual([...examples.keys()].sort());
  });
});

/** The settings of a properties file as the guide has it: one a line. */
const propertiesOf = (file: string): Record<string, string> =>
  Object.fromEntries(
    readFileSync(file, 'utf8')
      .trim()
      .split('\n')
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
