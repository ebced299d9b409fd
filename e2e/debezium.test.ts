import { type KafkaBroker, startKafkaBroker } from '@sluice/testing/kafka/broker';
import { describeOwnKafkaWithJava } from '@sluice/testing/kafka/describe-kafka';
import { type KafkaConnect, startKafkaConnect } from '@sluice/testing/kafka/kafka-connect';
import { OwnPostgres } from '@sluice/testing/own-postgres';
import { createDatabase, type TestDatabase } from '@sluice/testing/postgres';
import { type Receiver, startReceiver } from '@sluice/testing/receiver';
import { AirtableClient } from '@sluice/testing/stack/airtable-client';
import { eventually } from '@sluice/testing/stack/built-process';
import { ServiceStack } from '@sluice/testing/stack/service-stack';
import { SluiceClient } from '@sluice/testing/stack/sluice-client';
import { temporaryFolder } from '@sluice/testing/temporary-folder';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';

const TOPIC = 'shop.public.orders';

interface RowData {
  table: string;
  key: Record<string, unknown>;
  before: Record<string, unknown> | null;
  after: Record<string, unknown> | null;
}

describeOwnKafkaWithJava('rows of a PostgreSQL, by Debezium and Kafka Connect', () => {
  let broker: KafkaBroker;
  let connect: KafkaConnect;
  let shop: OwnPostgres;
  let sql: pg.Client;
  let database: TestDatabase;
  let stack: ServiceStack;
  let receiver: Receiver;
  let admin: SluiceClient;
  let airtable: AirtableClient;
  let webhookId: string;
  let fields: Record<string, string>;
  let tableId: string;

  beforeAll(async () => {
    [broker, database, receiver, shop] = await Promise.all([
      startKafkaBroker(),
      createDatabase(),
      startReceiver(),
      OwnPostgres.start(temporaryFolder('shop'), { wal_level: 'logical' }),
    ]);
    sql = new pg.Client({ connectionString: shop.url });
    await sql.connect();
    await sql.query(`create table orders (
      id bigint primary key, status text, total numeric(12, 2), doc jsonb, raw bytea, placed timestamptz)`);
    await sql.query('alter table orders replica identity full');
    await sql.query('create table notes (id bigint primary key, title text, body text)');
    await sql.query("insert into orders (id, status) values (1, 'before the connector')");
    stack = await ServiceStack.start({
      databaseUrl: database.url,
      brokers: broker.brokers,
      dispatchers: 1,
      importer: true,
    });
    admin = new SluiceClient(stack.client.baseUrl, `Bearer ${stack.adminKey}`);
    await subscribe();
    connect = await startKafkaConnect({ brokers: broker.brokers, schemas: true, connector: connectorOf(shop.url) });
  });

  afterAll(async () => {
    await connect?.stop();
    await stack?.stop();
    await sql?.end();
    await shop?.close();
    await receiver?.close();
    await database?.close();
    await broker?.stop();
  });

  async function subscribe(): Promise<void> {
    for (const type of ['row.created', 'row.updated', 'row.deleted', 'table.truncated']) {
      await made('PUT', `/v1/event-types/${type}`, { description: 'A row of the shop.' });
    }
    const base = await made('POST', '/v1/bases', { name: 'Shop' });
    const columns = ['status', 'total'].map((name) => ({ name, type: 'singleLineText' }));
    const table = await made('POST', `/v1/bases/${base.id}/tables`, { name: 'Orders', fields: columns });
    tableId = String(table.id);
    fields = Object.fromEntries((table.fields as { name: string; id: string }[]).map(({ name, id }) => [name, id]));
    airtable = new AirtableClient(stack.client.baseUrl, String(base.id), stack.client.apiKey);
    const options = { filters: { dataTypes: ['tableData'] }, includes: { includePreviousCellValues: true } };
    ({ id: webhookId } = await airtable.create(options, receiver.url('/pings')));
    const shipped = { table: 'public.orders', 'after.status': 'shipped', 'after.total': { $gte: 10 } };
    await made('POST', '/v1/webhooks', {
      endpoint: receiver.url('/shipped'),
      event_type: 'row.updated',
      filter: shipped,
    });
    for (const type of ['row.created', 'row.updated', 'row.deleted', 'table.truncated']) {
      await made('POST', '/v1/webhooks', { endpoint: receiver.url(`/all/${type}`), event_type: type });
    }
    await made('POST', '/v1/sources', { topic: 'shop.public.notes', format: 'debezium', start: 'earliest' });
    await made('POST', '/v1/sources', {
      topic: TOPIC,
      format: 'debezium',
      start: 'earliest',
      debezium: { base_id: base.id, tables: { 'public.orders': { table_id: tableId, fields } } },
    });
  }

  async function made(method: string, path: string, body: object): Promise<Record<string, unknown>> {
    const answer = await admin.request(method, path, JSON.stringify(body));
    if (answer.status >= 300)
      throw new Error(`${method} ${path} answered ${answer.status}: ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  const rows = (path: string): RowData[] =>
    receiver.arrivals.filter((each) => each.path === path).map(({ body }) => JSON.parse(body.toString()));

  /** The rows that came at the path and are about that order. */
  const about = (path: string, id: number): RowData[] => rows(path).filter(({ key }) => key?.id === id);

  it('reach webhooks with a filter, as what they are: numbers, documents, bytes and times', async () => {
    await eventually('the row of the snapshot', async () => about('/all/row.created', 1).length > 0);
    expect(about('/all/row.created', 1)).toMatchObject([
      { table: 'public.orders', after: { status: 'before the connector' } },
    ]);
    await sql.query(`insert into orders values
      (2, 'new', 9.90, '{"a": [1.50]}', '\\x00ff', '2026-06-01T09:30:00.000001Z'), (3, 'new', 12.34, null, null, null)`);
    await sql.query("update orders set status = 'shipped' where id in (2, 3)");
    await sql.query("update orders set status = 'returned' where id = 3");
    await eventually('the shipped order', async () => about('/shipped', 3).length > 0);
    expect(about('/shipped', 3)).toMatchObject([
      { before: { status: 'new' }, after: { status: 'shipped', total: 12.34 } },
    ]);
    await eventually('the new order', async () => about('/all/row.created', 2).length > 0);
    const [created] = about('/all/row.created', 2);
    expect(created).toEqual({
      table: 'public.orders',
      key: { id: 2 },
      before: null,
      after: {
        id: 2,
        status: 'new',
        total: 9.9,
        doc: { a: [1.5] },
        raw: 'AP8=',
        placed: '2026-06-01T09:30:00.000001Z',
      },
    });
    const text = receiver.arrivals.find(({ path, body }) => path === '/all/row.created' && body.includes('"id":2'));
    expect(text?.body.toString()).toContain('"total":9.90,"doc":{"a":[1.50]}');
    await eventually('both updates', async () => about('/all/row.updated', 3).length === 2);
    expect(about('/shipped', 2)).toEqual([]);
  });

  it('have no large value that did not change: PostgreSQL does not write it again, and nothing is made up for it', async () => {
    // Text that can't be compressed is kept outside of the row.
    await sql.query("insert into notes select 7, 'a', string_agg(md5(n::text), '') from generate_series(1, 1000) as n");
    await sql.query("update notes set title = 'b' where id = 7");
    // They are two webhooks, whose deliveries have no order.
    await eventually('the new note', async () => about('/all/row.created', 7).length > 0);
    await eventually('the changed note', async () => about('/all/row.updated', 7).length > 0);
    expect(about('/all/row.created', 7)).toMatchObject([{ after: { body: expect.stringMatching(/^\w{32000}$/) } }]);
    expect(about('/all/row.updated', 7)).toEqual([
      { table: 'public.notes', key: { id: 7 }, before: null, after: { id: 7, title: 'b' } },
    ]);
  });

  it('ping the webhook of the base, whose payloads have the cells before', async () => {
    await receiver.waitFor(1, ({ path }) => path === '/pings');
    const { payloads } = await eventually('the payloads of both updates', async () => {
      const list = await airtable.payloads(webhookId);
      return JSON.stringify(list.payloads).includes('returned') && list;
    });
    const changes = (payloads as { changedTablesById: Record<string, Record<string, Record<string, unknown>>> }[]).map(
      ({ changedTablesById }) => changedTablesById[tableId] ?? {},
    );
    const created = changes.flatMap(({ createdRecordsById }) => Object.values(createdRecordsById ?? {}));
    // What a snapshot read is no change.
    expect(created).toMatchObject([
      { cellValuesByFieldId: { [fields.status ?? '']: 'new', [fields.total ?? '']: 9.9 } },
      { cellValuesByFieldId: { [fields.status ?? '']: 'new', [fields.total ?? '']: 12.34 } },
    ]);
    const changed = changes.flatMap(({ changedRecordsById }) => Object.values(changedRecordsById ?? {}));
    const status = (value: string) => ({ cellValuesByFieldId: { [fields.status ?? '']: value } });
    expect(changed).toEqual([
      { current: status('shipped'), previous: status('new') },
      { current: status('shipped'), previous: status('new') },
      { current: status('returned'), previous: status('shipped') },
    ]);
  });

  it('that are deleted, get another key, or go all at once, are told as that', async () => {
    await sql.query('delete from orders where id = 2');
    await sql.query('update orders set id = 30 where id = 3');
    await sql.query('truncate orders');
    await eventually('the truncation', async () => rows('/all/table.truncated').length === 1);
    await eventually('the deletions', async () => rows('/all/row.deleted').length === 2);
    const deleted = rows('/all/row.deleted').sort((a, b) => Number(a.key.id) - Number(b.key.id));
    expect(deleted).toMatchObject([
      { key: { id: 2 }, before: { status: 'shipped', total: 9.9 }, after: null },
      { key: { id: 3 }, before: { status: 'returned' }, after: null },
    ]);
    await eventually('the new key', async () => about('/all/row.created', 30).length === 1);
    expect(rows('/all/table.truncated')).toEqual([{ table: 'public.orders', key: null, before: null, after: null }]);
    const payloads = await eventually('the payloads of all changes', async () => {
      const list = (await airtable.payloads(webhookId)).payloads as unknown[];
      return list.length >= 8 && list;
    });
    expect(payloads).toHaveLength(8);
    expect(JSON.stringify(payloads).match(/destroyedRecordIds/g)).toHaveLength(2);
  });

  it('are neither lost nor told twice when the importer is killed meanwhile', async () => {
    const before = rows('/all/row.created').length;
    for (let id = 100; id < 400; id += 1) {
      await sql.query("insert into orders (id, status) values ($1, 'x')", [id]);
      if (id === 200) void stack.end('importer', 'SIGKILL');
    }
    await stack.launch('importer');
    await eventually('all rows', async () => rows('/all/row.created').length >= before + 300);
    const ids = rows('/all/row.created')
      .slice(before)
      .map(({ key }) => key.id);
    expect(new Set(ids).size).toBe(300);
    expect(ids).toHaveLength(300);
    const source = await eventually('no lag', async () => {
      const { body } = await admin.request('GET', '/v1/sources');
      const sources = body.sources as { topic: string; lag: number | null; dead_letters: number }[];
      return sources.find(({ topic, lag }) => topic === TOPIC && lag === 0);
    });
    expect(source.dead_letters).toBe(0);
    // In order it ends by itself, and goes on where it was.
    expect(await stack.end('importer', 'SIGTERM')).toBe(0);
    await sql.query("insert into orders (id, status) values (400, 'x')");
    await stack.launch('importer');
    await eventually('the next row', async () => about('/all/row.created', 400).length === 1);
    expect(rows('/all/row.created')).toHaveLength(before + 301);
  });
});

function connectorOf(url: string): Record<string, string> {
  const { hostname, port, username, password, pathname } = new URL(url);
  return {
    'connector.class': 'io.debezium.connector.postgresql.PostgresConnector',
    'plugin.name': 'pgoutput',
    'database.hostname': hostname,
    'database.port': port,
    'database.user': decodeURIComponent(username),
    'database.password': decodeURIComponent(password),
    'database.dbname': pathname.slice(1),
    'topic.prefix': 'shop',
    'table.include.list': 'public.orders,public.notes',
    'skipped.operations': 'none',
    'topic.creation.default.replication.factor': '1',
    'topic.creation.default.partitions': '1',
  };
}
