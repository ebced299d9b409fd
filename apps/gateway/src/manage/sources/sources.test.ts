import { refused } from '@sluice/contracts/result';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type GatewayUnderTest, gatewayUnderTest } from '../../testing/gateway-under-test.js';

const AT = '2026-06-01T09:30:00.000Z';

let gateway: GatewayUnderTest;
beforeAll(async () => {
  gateway = await gatewayUnderTest();
  gateway.registry.add('admin-key', { kind: 'admin' });
});
afterAll(() => gateway.stop());

async function ask(method: string, path: string, body?: unknown, key = 'admin-key') {
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
  const text = body === undefined ? {} : { body: JSON.stringify(body) };
  const response = await gateway.ask(path, { method, headers, ...text });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

const create = (members: Record<string, unknown> = {}) =>
  ask('POST', '/v1/sources', { topic: 'orders', format: 'cloudevents', ...members });
const created = async (members?: Record<string, unknown>) => (await create(members)).body.id as string;

/** The newest request that the registry got. */
const lastAsked = () => gateway.sources.asked.at(-1)?.request;

const mapping = {
  type: { pointer: '/kind' },
  id: { header: 'id' },
  subject: { key: true },
  data: { pointer: '/order' },
};
const debezium = {
  base_id: 'appA1b2C3d4E5f6G7',
  tables: { 'public.orders': { table_id: 'tblA1b2C3d4E5f6G7', fields: { status: 'fldA1b2C3d4E5f6G7' } } },
};

describe('sources', () => {
  it('are created from the latest on if nothing is said, and tell that nobody runs them yet', async () => {
    expect(await create()).toEqual({
      status: 201,
      body: {
        id: expect.stringMatching(/^src_[0-9A-Z]{26}$/),
        ...{ topic: 'orders', format: 'cloudevents', description: null, mapping: null, debezium: null },
        ...{ start: 'latest', status: 'enabled', created_at: AT, updated_at: AT, revision: 1 },
        ...{ running: false, applied_revision: null, reported_at: null, lag: null, partitions: [] },
        ...{ imported: 0, dead_letters: 0, last_error: null },
      },
    });
    expect(lastAsked()).toEqual({
      ...{ credential: 'admin-key', from: '127.0.0.1', topic: 'orders', format: 'cloudevents' },
      ...{ description: null, mapping: null, debezium: null, start: 'latest' },
    });
  });

  it('are created with all that can be said, and show it as it was said', async () => {
    const wanted = { format: 'json', description: 'Orders', mapping, start: 'earliest' };
    const { body } = await create(wanted);
    expect(body).toMatchObject(wanted);
    expect((await ask('GET', `/v1/sources/${body.id}`)).body).toEqual(body);
    expect((await create({ start: '2026-03-01T13:00:00+01:00' })).body.start).toBe('2026-03-01T12:00:00.000Z');
    expect((await create({ format: 'debezium', debezium })).body).toMatchObject({ debezium });
    expect(lastAsked()).toMatchObject({
      debezium: {
        baseId: debezium.base_id,
        tables: { 'public.orders': { tableId: 'tblA1b2C3d4E5f6G7', fields: { status: 'fldA1b2C3d4E5f6G7' } } },
      },
    });
  });

  it('tell how they do', async () => {
    const id = await created();
    const lastError = { at: AT, message: 'Not authorized to read topic orders' };
    gateway.sources.sources.get(id)!.progress = {
      running: true,
      reportedAt: AT,
      appliedRevision: 1,
      partitions: [
        { partition: 0, position: 5, end: 7, lag: 2 },
        { partition: 1, position: 0, end: 40, lag: 40 },
      ],
      imported: 5,
      deadLetters: 1,
      lastError,
    };
    expect((await ask('GET', `/v1/sources/${id}`)).body).toMatchObject({
      ...{ running: true, applied_revision: 1, reported_at: AT, lag: 42, imported: 5, dead_letters: 1 },
      last_error: lastError,
      partitions: [
        { partition: 0, position: 5, end: 7, lag: 2 },
        { partition: 1, position: 0, end: 40, lag: 40 },
      ],
    });
  });

  it('are listed page by page', async () => {
    for (let index = 0; index < 5; index += 1) await create();
    const ids: unknown[] = [];
    let path: string | null = '/v1/sources?limit=2';
    while (path !== null) {
      const { body } = await ask('GET', path);
      const page = body as { sources: { id: string }[]; next_cursor: string | null };
      expect(page.sources.length).toBeLessThanOrEqual(2);
      ids.push(...page.sources.map(({ id }) => id));
      path = page.next_cursor === null ? null : `/v1/sources?limit=2&cursor=${page.next_cursor}`;
    }
    expect(ids).toEqual([...gateway.sources.sources.keys()].reverse());
    for (const query of ['limit=0', 'cursor=c3Jj', 'limit=1&cursor=']) {
      expect((await ask('GET', `/v1/sources?${query}`)).status).toBe(400);
    }
  });

  it('change what is named and nothing else; null takes away', async () => {
    const id = await created({ format: 'json', mapping, description: 'Orders' });
    const path = `/v1/sources/${id}`;
    const other = { type: { value: 'order.placed' } };
    expect((await ask('PATCH', path, { mapping: other })).body).toMatchObject({
      mapping: other,
      description: 'Orders',
    });
    expect(lastAsked()).toEqual({ ...{ credential: 'admin-key', from: '127.0.0.1', sourceId: id }, mapping: other });
    await ask('PATCH', path, { description: null, format: 'debezium', debezium });
    expect(lastAsked()).toMatchObject({
      description: null,
      format: 'debezium',
      debezium: { baseId: debezium.base_id },
    });
    expect(lastAsked()).not.toHaveProperty('mapping');
    for (const name of ['topic', 'start']) {
      const message = "can't be changed: delete the source and create another one";
      expect(await ask('PATCH', path, { [name]: 'latest' })).toMatchObject({
        status: 400,
        body: { detail: `${name} ${message}`, errors: [{ path: name, message }] },
      });
    }
  });

  it('are paused and resumed by requests without a body', async () => {
    const path = `/v1/sources/${await created()}`;
    expect(await ask('POST', `${path}/pause`)).toMatchObject({ status: 200, body: { status: 'paused' } });
    expect(await ask('POST', `${path}/resume`)).toMatchObject({ status: 200, body: { status: 'enabled' } });
    expect(await ask('POST', `${path}/pause`, { for: 'ever' })).toMatchObject({ status: 400 });
  });

  it('are deleted, and gone', async () => {
    const id = await created();
    const path = `/v1/sources/${id}`;
    expect(await ask('DELETE', path)).toEqual({ status: 200, body: { id, deleted: true } });
    for (const [method, end, body] of [
      ['GET', '', undefined],
      ['PATCH', '', {}],
      ['DELETE', '', undefined],
      ['POST', '/pause', undefined],
      ['POST', '/resume', undefined],
    ] as const) {
      expect(await ask(method, path + end, body)).toMatchObject({ status: 404, body: { status: 404 } });
      expect(await ask(method, `/v1/sources/src_1${end}`, body)).toMatchObject({ status: 404 });
    }
  });

  it('are for admin keys alone', async () => {
    const path = `/v1/sources/${await created()}`;
    for (const [method, at, body] of [
      ['GET', '/v1/sources', undefined],
      ['POST', '/v1/sources', { topic: 'a', format: 'cloudevents' }],
      ['GET', path, undefined],
      ['PATCH', path, {}],
      ['DELETE', path, undefined],
      ['POST', `${path}/pause`, undefined],
      ['POST', `${path}/resume`, undefined],
    ] as const) {
      expect([method, at, (await ask(method, at, body, 'live-key')).status]).toEqual([method, at, 403]);
      expect([method, at, (await ask(method, at, body, 'test-key')).status]).toEqual([method, at, 401]);
    }
  });

  it('are refused as the registry says', async () => {
    gateway.sources.refusal = refused('conflict', 'this installation has no importer');
    expect(await create()).toMatchObject({
      status: 409,
      body: { detail: 'this installation has no importer' },
    });
    gateway.sources.refusal = refused('forbidden', 'topic is not among those', 'topic');
    expect(await create()).toMatchObject({ status: 403, body: { errors: [{ path: 'topic' }] } });
  });
});

describe('what is wrong with a source is told with its path', () => {
  const place =
    'must have exactly one member: {"pointer": "/a/b"}, {"header": "name"}, {"key": true} or {"value": "constant"}';
  const pointer = 'must be a JSON pointer (RFC 6901): "" or "/a/b"';
  const required = 'is required and missing';
  const unknown = 'is not known here';
  const table = debezium.tables['public.orders'];
  const mapped = (more: unknown) => ({ format: 'json', mapping: more });
  const tables = (more: unknown) => ({ format: 'debezium', debezium: { ...debezium, tables: more } });

  it.each<[Record<string, unknown>, string, string]>([
    [{ topic: undefined }, 'topic', required],
    [{ topic: 5 }, 'topic', 'must be a string that is not empty'],
    [{ format: 'avro' }, 'format', 'must be one of cloudevents, debezium, json'],
    [{ tpoic: 'a' }, 'tpoic', unknown],
    [{ start: 'yesterday' }, 'start', 'must be a date and time of ISO 8601'],
    [{ start: 5 }, 'start', 'must be a date and time of ISO 8601'],
    [{ description: 5 }, 'description', 'must be a string'],
    [mapped('type'), 'mapping', 'must be an object'],
    [mapped({}), 'mapping.type', required],
    [mapped({ type: {} }), 'mapping.type', place],
    [mapped({ type: 'order' }), 'mapping.type', place],
    [mapped({ type: { pointer: '/a', header: 'b' } }), 'mapping.type', place],
    [mapped({ ...mapping, time: { pointer: 'at' } }), 'mapping.time.pointer', pointer],
    [mapped({ ...mapping, time: { value: 5 } }), 'mapping.time.value', 'must be a string: what it is in every record'],
    [mapped({ ...mapping, tpye: { key: true } }), 'mapping.tpye', unknown],
    [mapped({ ...mapping, data: { header: 'a' } }), 'mapping.data.pointer', required],
    [mapped({ ...mapping, data: '/a' }), 'mapping.data', 'must be {"pointer": "/a/b"}'],
    [{ format: 'debezium', debezium: [] }, 'debezium', 'must be an object'],
    [{ format: 'debezium', debezium: {} }, 'debezium.base_id', required],
    [{ format: 'debezium', debezium: { ...debezium, base: 'a' } }, 'debezium.base', unknown],
    [{ format: 'debezium', debezium: { ...debezium, baseId: 'a' } }, 'debezium.baseId', unknown],
    [{ format: 'debezium', debezium: { ...debezium, base_id: 'a' } }, 'debezium.base_id', 'must be a base id'],
    [tables(undefined), 'debezium.tables', required],
    [tables({}), 'debezium.tables', 'names no table'],
    [tables([]), 'debezium.tables', 'must be an object'],
    [tables({ 'public.a': 5 }), 'debezium.tables.public.a', 'must be an object'],
    [tables({ 'public.a': { ...table, tableId: 'x' } }), 'debezium.tables.public.a.tableId', unknown],
    [tables({ 'public.a': { ...table, table_id: 'x' } }), 'debezium.tables.public.a.table_id', 'must be a table id'],
    [tables({ 'public.a': { table_id: table.table_id } }), 'debezium.tables.public.a.fields', required],
    [
      tables({ 'public.a': { ...table, fields: { b: 'x' } } }),
      'debezium.tables.public.a.fields.b',
      'must be a field id',
    ],
    [tables({ '': table }), 'debezium.tables.', 'must not be empty: the name of a table'],
  ])('%j', async (members, path, message) => {
    const { status, body } = await create(members);
    expect(status).toBe(400);
    const [first] = body.errors as { path: string; message: string }[];
    expect(first?.path).toBe(path);
    expect(first?.message).toContain(message);
    expect(body.detail).toContain(`${path} ${message}`);
  });
});
