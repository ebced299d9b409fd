import type { DebeziumOptions } from '@sluice/contracts/sources';
import { TableChange } from '@sluice/contracts/table-change';
import { describe, expect, it } from 'vitest';
import { converted } from '../testing/converted.js';
import { sampleRecord } from '../testing/sample-record.js';

const source = { schema: 'public', table: 'orders', ts_ms: 1_780_306_100_000, lsn: 1 };
const topic = 'shop.public.orders';

const options: DebeziumOptions = {
  baseId: 'appA1b2C3d4E5f6G7',
  tables: {
    'public.orders': {
      tableId: 'tblQ1w2E3r4T5y6U7',
      fields: { status: 'fldA1b2C3d4E5f6G7', total: 'fldH1j2K3l4M5n6O7' },
    },
  },
};

interface Told {
  key?: string | null;
  value: object | string | null;
  debezium?: DebeziumOptions;
}

const read = ({ key = '{"id":1}', value, debezium }: Told) => {
  const text = value === null || typeof value === 'string' ? value : JSON.stringify(value);
  return converted(sampleRecord({ key, value: text, topic }), {
    format: 'debezium',
    ...(debezium && { debezium }),
  });
};

/** Type and data of the one event that is told, or of the reason. */
const told = (change: Told) => {
  const events = read(change);
  if (typeof events === 'string') return events;
  return events.map(({ type, data }) => [type, JSON.parse(data)]);
};

const todo = { id: 1, status: 'todo', total: 3 };
const done = { id: 1, status: 'done', total: 3 };
const row = { table: 'public.orders', key: { id: 1 } };

/** `UUID.nameUUIDFromBytes("__debezium_unavailable_value".getBytes())` of Java. */
const javaNameUuid = 'b68a35a7-17ad-35b3-af2a-ae46edb4545a';

describe('changes of rows from Debezium', () => {
  it('have an identity by their place, the table and key as subject, and the time of the transaction', () => {
    expect(read({ value: { before: null, after: todo, source, op: 'c', ts_ms: 5 } })).toEqual([
      {
        id: 'shop.public.orders:3:7:1780306200000',
        source: '/topics/shop.public.orders',
        type: 'row.created',
        subject: 'public.orders/1',
        time: '2026-06-01T09:28:20.000Z',
        datacontenttype: 'application/json',
        extensions: {},
        data: '{"table":"public.orders","key":{"id":1},"before":null,"after":{"id":1,"status":"todo","total":3}}',
      },
    ]);
  });

  it.each([
    ['c', null, todo, 'row.created'],
    ['u', todo, done, 'row.updated'],
    ['u', null, done, 'row.updated'],
    ['d', todo, null, 'row.deleted'],
    ['r', null, todo, 'row.created'],
  ])('with op %s, before %j and after %j are told as they are', (op, before, after, type) => {
    expect(told({ value: { before, after, source, op } })).toEqual([[type, { ...row, before, after }]]);
  });

  it('say of a row that a snapshot read that it is one', () => {
    expect(read({ value: { before: null, after: todo, source, op: 'r' } })).toMatchObject([
      { type: 'row.created', extensions: { snapshot: 'true' } },
    ]);
  });

  it('tell that all rows of a table are gone by an event of its own', () => {
    expect(told({ key: null, value: { before: null, after: null, source, op: 't' }, debezium: options })).toEqual([
      ['table.truncated', { table: 'public.orders', key: null, before: null, after: null }],
    ]);
  });

  it('tell a changed key as Debezium does: the old row deleted, the new one created', () => {
    const gone = told({ key: '{"id":1}', value: { before: todo, after: null, source, op: 'd' } });
    const made = told({ key: '{"id":2}', value: { before: null, after: { ...todo, id: 2 }, source, op: 'c' } });
    expect([gone, made]).toMatchObject([[['row.deleted', { key: { id: 1 } }]], [['row.created', { key: { id: 2 } }]]]);
  });

  it('say nothing as tombstones and as messages in the log', () => {
    expect(told({ value: null })).toEqual([]);
    expect(told({ key: null, value: { op: 'm', source, message: {} } })).toEqual([]);
  });

  it.each([
    [
      'a changed schema',
      { source, ts_ms: 1, databaseName: 'shop', schemaName: 'public', ddl: 'ALTER …', tableChanges: [] },
    ],
    ['a changed schema without DDL', { source, ts_ms: 1, databaseName: 'shop', tableChanges: [] }],
    [
      'the begin of a transaction',
      { status: 'BEGIN', id: '571:53195829', ts_ms: 1, event_count: null, data_collections: null },
    ],
    ['the end of one', { status: 'END', id: '571', ts_ms: 1, event_count: 2, data_collections: [{ event_count: 2 }] }],
  ])('are not told of %s', (_what, value) => {
    expect(told({ value, debezium: options })).toEqual([]);
    expect(told({ value: { schema: { type: 'struct', fields: [] }, payload: value } })).toEqual([]);
  });

  it('of a table without key have none, of one with several columns all of them', () => {
    expect(read({ key: null, value: { before: null, after: todo, source, op: 'c' } })).toMatchObject([
      { subject: 'public.orders', data: expect.stringContaining('"key":null') },
    ]);
    expect(read({ key: '{"a":1,"b":"x"}', value: { after: todo, source, op: 'c' } })).toMatchObject([
      { subject: 'public.orders/{"a":1,"b":"x"}' },
    ]);
  });

  it('keep every digit', () => {
    const value = `{"after":{"id":9007199254740993,"n":1.10},"source":${JSON.stringify(source)},"op":"c"}`;
    expect(read({ key: '{"id":9007199254740993}', value })).toMatchObject([
      {
        data: expect.stringContaining('"after":{"id":9007199254740993,"n":1.10}'),
        subject: 'public.orders/9007199254740993',
      },
    ]);
  });

  it('take large values that did not change from the row before, or leave them out', () => {
    const after = { id: 1, note: '__debezium_unavailable_value', raw: 'X19kZWJleml1bV91bmF2YWlsYWJsZV92YWx1ZQ==' };
    const tags = ['__debezium_unavailable_value'];
    expect(told({ value: { before: null, after: { ...after, tags }, source, op: 'u' } })).toEqual([
      ['row.updated', { ...row, before: null, after: { id: 1 } }],
    ]);
    const before = { id: 1, note: 'long', raw: 'AA==' };
    expect(told({ value: { before, after, source, op: 'u' } })).toEqual([
      ['row.updated', { ...row, before, after: before }],
    ]);
  });

  it.each([
    ['int[]', [...Buffer.from('__debezium_unavailable_value')]],
    ['uuid[]', [javaNameUuid]],
    ['hstore as a map', { __debezium_unavailable_value: '__debezium_unavailable_value' }],
    ['hstore as JSON', '{"__debezium_unavailable_value":"__debezium_unavailable_value"}'],
  ])('leave out what of a column of %s is not known', (_type, large) => {
    expect(told({ value: { before: { id: 1, large }, after: { id: 1, large }, source, op: 'u' } })).toEqual([
      ['row.updated', { ...row, before: { id: 1 }, after: { id: 1 } }],
    ]);
    expect(told({ value: { id: 1, large, __deleted: 'true' } })).toEqual([
      ['row.deleted', { ...row, before: { id: 1 }, after: null }],
    ]);
  });

  it('leave out what of a column of float8[] is not known', () => {
    const floats = [...Buffer.from('__debezium_unavailable_value')].map((byte) => `${byte}.0`).join();
    const value = `{"op":"u","source":${JSON.stringify(source)},"after":{"id":1,"large":[${floats}]}}`;
    expect(told({ value })).toEqual([['row.updated', { ...row, before: null, after: { id: 1 } }]]);
  });

  it('keep arrays and objects that are like the note of what is not known', () => {
    const like = { a: [95], b: [95, 95], c: { __debezium_unavailable_value: 'x' }, d: [], e: {} };
    expect(told({ value: { before: like, after: like, source, op: 'u' } })).toMatchObject([
      ['row.updated', { before: like, after: like }],
    ]);
  });

  it('nest as deep as events may, and no deeper', () => {
    const nested = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`;
    const after = (levels: number) =>
      `{"op":"c","source":${JSON.stringify(source)},"after":{"status":${nested(levels)}}}`;
    expect(read({ value: after(98) })).toHaveLength(1);
    expect(read({ value: after(99) })).toBe('data: nests deeper than 100 levels');
    expect(read({ value: after(95), debezium: options })).toBe('data: nests deeper than 100 levels');
    expect(read({ value: after(94), debezium: options })).toHaveLength(2);
  });

  it('name the table by the database where there are no schemas', () => {
    expect(told({ value: { after: todo, source: { db: 'shop', table: 'orders' }, op: 'c' } })).toMatchObject([
      ['row.created', { table: 'shop.orders' }],
    ]);
  });
});

describe('rows flattened by ExtractNewRecordState', () => {
  it.each([
    [{ ...todo, __op: 'c', __deleted: 'false' }, 'row.created', { before: null, after: todo }],
    [{ ...done, __op: 'u' }, 'row.updated', { before: null, after: done }],
    [{ ...done, __op: 'd', __deleted: 'true' }, 'row.deleted', { before: done, after: null }],
    [{ ...done, __deleted: 'true' }, 'row.deleted', { before: done, after: null }],
    [{ ...todo, __op: 'r' }, 'row.created', { before: null, after: todo }],
    [todo, 'row.updated', { before: null, after: todo }],
    [{ ...todo, __op: 't' }, 'table.truncated', { key: null, before: null, after: null }],
    [{ status: 'END', id: 7 }, 'row.updated', { before: null, after: { status: 'END', id: 7 } }],
    [{ source: { wkb: 'AA==' } }, 'row.updated', { before: null, after: { source: { wkb: 'AA==' } } }],
  ])('are told by what it added: %j', (value, type, images) => {
    expect(told({ value })).toEqual([[type, { ...row, ...images }]]);
  });

  it('name their table by what was added, else by the topic', () => {
    expect(told({ value: { ...todo, __table: 'items', __schema: 'stock' } })).toMatchObject([
      ['row.updated', { table: 'stock.items' }],
    ]);
  });
});

describe('the schema envelope', () => {
  const decimal = (scale: number) => ({
    type: 'bytes',
    name: 'org.apache.kafka.connect.data.Decimal',
    parameters: { scale: `${scale}` },
  });
  const named = (type: string, name: string) => ({ type, name });
  const fields = [
    { field: 'id', type: 'int64' },
    { field: 'price', ...decimal(2) },
    { field: 'loss', ...decimal(3) },
    { field: 'huge', ...decimal(0) },
    { field: 'any', type: 'struct', name: 'io.debezium.data.VariableScaleDecimal', fields: [] },
    { field: 'doc', ...named('string', 'io.debezium.data.Json') },
    { field: 'day', ...named('int32', 'io.debezium.time.Date') },
    { field: 'before1970', ...named('int64', 'io.debezium.time.Timestamp') },
    { field: 'ms', ...named('int64', 'io.debezium.time.Timestamp') },
    { field: 'us', ...named('int64', 'io.debezium.time.MicroTimestamp') },
    { field: 'tz', ...named('string', 'io.debezium.time.ZonedTimestamp') },
    { field: 'raw', type: 'bytes' },
    { field: 'prices', type: 'array', items: decimal(1) },
    { field: 'none', ...decimal(2) },
  ];
  const after = {
    id: 1,
    price: 'BBo=',
    loss: '/w==',
    huge: 'AKvM3u/6',
    any: { scale: 4, value: 'BBo=' },
    doc: '{"a": 1.0}',
    day: 20_605,
    before1970: -1,
    ms: 1_780_306_100_001,
    us: 1_780_306_100_001_002,
    tz: '2026-06-01T09:28:20.000001Z',
    raw: 'AAE=',
    prices: ['Cg==', 'FA=='],
    none: null,
  };
  const known =
    '{"id":1,"price":10.50,"loss":-0.001,"huge":737876570106,"any":0.1050,"doc":{"a":1.0},"day":"2026-06-01",' +
    '"before1970":"1969-12-31T23:59:59.999Z","ms":"2026-06-01T09:28:20.001Z","us":"2026-06-01T09:28:20.001002Z","tz":"2026-06-01T09:28:20.000001Z",' +
    '"raw":"AAE=","prices":[1.0,2.0],"none":null}';
  const key = '{"schema":{"type":"struct","fields":[{"field":"id","type":"int64"}]},"payload":{"id":1}}';

  it('is taken off, and tells what values are: decimals, JSON, times', () => {
    const schema = { type: 'struct', fields: [{ field: 'after', type: 'struct', fields }] };
    expect(read({ key, value: { schema, payload: { before: null, after, source, op: 'c' } } })).toMatchObject([
      { data: `{"table":"public.orders","key":{"id":1},"before":null,"after":${known}}` },
    ]);
  });

  it('is taken off flattened rows as well', () => {
    const value = { schema: { type: 'struct', fields }, payload: { ...after, __op: 'u' } };
    expect(read({ key, value })).toMatchObject([{ data: expect.stringContaining(`"after":${known}`) }]);
  });

  it('does not write out what would be zeros without end', () => {
    const schema = {
      type: 'struct',
      fields: [-5_000, 5_000, 100].map((scale) => ({ field: `n${scale}`, ...decimal(scale) })),
    };
    const payload = { 'n-5000': 'BBo=', n5000: '/w==', n100: 'BBo=' };
    expect(read({ key, value: { schema, payload } })).toMatchObject([
      { data: expect.stringContaining(`"after":{"n-5000":1050e5000,"n5000":-1e-5000,"n100":0.${'0'.repeat(96)}1050}`) },
    ]);
  });

  it('may tell of very many columns', () => {
    const names = Array.from({ length: 20_000 }, (_, n) => `c${n}`);
    const schema = { type: 'struct', fields: names.map((field) => ({ field, type: 'int32' })) };
    const payload = Object.fromEntries(names.map((name, n) => [name, n]));
    expect(read({ value: { schema, payload } })).toMatchObject([{ data: expect.stringContaining('"c19999":19999') }]);
  });

  it('is not needed: without it values stay as Debezium wrote them', () => {
    expect(told({ value: { after, source, op: 'c' } })).toEqual([['row.created', { ...row, before: null, after }]]);
  });
});

describe('changes of rows for the webhooks of a base', () => {
  const change = (op: string, before: object | null, after: object | null, key: string | null = '{"id":1}') => {
    const events = read({ key, value: { before, after, source, op }, debezium: options });
    if (typeof events === 'string') throw new Error(events);
    const found = events.find(({ type }) => type === 'table.changed');
    if (found === undefined) return null;
    expect([found.source, found.id]).toEqual(['/bases/appA1b2C3d4E5f6G7', events[0]?.id]);
    const { changedTablesById } = TableChange.parse(JSON.parse(found.data));
    return changedTablesById?.tblQ1w2E3r4T5y6U7;
  };
  const cells = (values: object) => ({ cellValuesByFieldId: values });
  const recordId = 'rec72jSatmvMtKwWB';

  it('are records created, changed with the cells before, and destroyed', () => {
    const id = Object.keys(change('c', null, { ...todo, total: null })?.createdRecordsById ?? {})[0] ?? '';
    expect(id).toMatch(/^rec[0-9A-Za-z]{14}$/);
    expect(change('c', null, { ...todo, total: null })?.createdRecordsById).toEqual({
      [id]: { createdTime: '2026-06-01T09:28:20.000Z', ...cells({ fldA1b2C3d4E5f6G7: 'todo' }) },
    });
    expect(change('u', todo, done)?.changedRecordsById).toEqual({
      [id]: {
        current: cells({ fldA1b2C3d4E5f6G7: 'done' }),
        previous: cells({ fldA1b2C3d4E5f6G7: 'todo' }),
        unchanged: cells({ fldH1j2K3l4M5n6O7: 3 }),
      },
    });
    expect(change('d', todo, null)?.destroyedRecordIds).toEqual([id]);
    expect(change('d', { ...todo, id: 2 }, null, '{"id":2}')?.destroyedRecordIds).not.toEqual([id]);
  });

  it('of which the row before is not known have all cells as changed', () => {
    expect(Object.values(change('u', null, done)?.changedRecordsById ?? {})).toEqual([
      { current: cells({ fldA1b2C3d4E5f6G7: 'done', fldH1j2K3l4M5n6O7: 3 }) },
    ]);
  });

  it.each([
    ['of a snapshot', 'r', null, todo],
    ['of columns that are no fields', 'u', todo, { ...todo, other: 1 }],
  ])('are none %s', (_what, op, before, after) => expect(change(op, before, after)).toBeNull());

  it('are none of tables that are not named, or without key', () => {
    expect(change('c', null, todo, null)).toBeNull();
    const elsewhere = { ...source, table: 'items' };
    expect(read({ value: { after: todo, source: elsewhere, op: 'c' }, debezium: options })).toHaveLength(1);
  });

  it('have the same record id for ever', () => {
    expect(change('d', todo, null)?.destroyedRecordIds).toEqual([recordId]);
  });
});

describe('what is no change', () => {
  it.each<[Told, RegExp]>([
    [{ value: 'garbage' }, /^the value is not JSON: g stands/],
    [{ value: '[1]' }, /^the value is no change: it must be a JSON object$/],
    [{ value: { op: 'x', source } }, /^op: must be one of r, c, u, d, t, is "x"$/],
    [{ value: { source, before: null, after: todo } }, /^op: is required and missing$/],
    [{ value: { op: 'c', source } }, /^after: must be a row where op is c$/],
    [{ value: { op: 'c', source, after: 3 } }, /^after: must be an object, or null$/],
    [{ value: { op: 'c', source: { schema: 'public' }, after: todo } }, /^source: names no table$/],
    [{ key: 'k-1', value: { op: 'c', source, after: todo } }, /^the key is not JSON/],
    [{ key: '"k"', value: { op: 'c', source, after: todo } }, /^the key is no row key/],
    [{ value: { ...todo, __op: 'z' } }, /^__op: must be one of/],
  ])('has a reason: %j', (change, reason) => expect(read(change)).toMatch(reason));
});
