import { expect, it } from 'vitest';
import {
  DebeziumOptions,
  Place,
  type ShownSource,
  Source,
  SourceFormat,
  SourceMapping,
  type SourceProgress,
  SourceReport,
  SourceStart,
  type Sources,
  sourceCommands,
} from './sources.js';

/** What is wrong, each with where. */
const faultsOf = (schema: typeof Place | typeof SourceMapping | typeof DebeziumOptions, value: unknown): string[] => {
  const read = schema.safeParse(value);
  return read.success ? [] : read.error.issues.map(({ path, message }) => `${path.join('.')} ${message}`.trim());
};

it('takes a place in the value, in a header, the key, or a constant', () => {
  const places = [{ pointer: '' }, { pointer: '/a/0/b~1c~0d' }, { header: 'type' }, { key: true }, { value: 'order' }];
  for (const place of places) expect(Place.parse(place)).toEqual(place);
});

it('says of a place what it must have, and what is wrong with what it has', () => {
  const oneOf =
    'must have exactly one member: {"pointer": "/a/b"}, {"header": "name"}, {"key": true} or {"value": "constant"}';
  expect(faultsOf(Place, {})).toEqual([oneOf]);
  expect(faultsOf(Place, { pointer: '/a', header: 'b' })).toEqual([oneOf]);
  expect(faultsOf(Place, { key: false })).toEqual([oneOf]);
  expect(faultsOf(Place, 'type')).toEqual([oneOf]);
  for (const pointer of ['a/b', '/a~2', '/a\nb']) {
    expect(faultsOf(Place, { pointer })).toEqual(['pointer must be a JSON pointer (RFC 6901): "" or "/a/b"']);
  }
  expect(faultsOf(Place, { header: '' })).toEqual(['header must not be empty: the name of a header']);
  expect(faultsOf(Place, { value: 'a\u0000b' })).toEqual(['value contains control characters']);
});

it('demands of a mapping where the type is, and leaves the rest to defaults', () => {
  expect(faultsOf(SourceMapping, {})).toEqual(['type is required and missing']);
  expect(faultsOf(SourceMapping, { type: { header: 't' } })).toEqual([]);
  expect(faultsOf(SourceMapping, { type: { header: 't' }, data: { header: 'd' } })).not.toEqual([]);
});

it('refuses two columns in one field', () => {
  const fields = { a: 'fldA1b2C3d4E5f6G7', b: 'fldA1b2C3d4E5f6G7' };
  const options = { baseId: 'appA1b2C3d4E5f6G7', tables: { 'public.t': { tableId: 'tblA1b2C3d4E5f6G7', fields } } };
  expect(faultsOf(DebeziumOptions, options)).toEqual(['tables.public.t.fields names a field for two columns']);
});

const source: Source = {
  id: 'src_01M1Q5C7K8T3ZVXG6Q0W2R9D4E',
  accountId: 'acc_1',
  topic: 'orders',
  format: 'json',
  description: null,
  mapping: { type: { value: 'order.placed' }, data: { pointer: '/order' } },
  debezium: null,
  start: 'latest',
  status: 'enabled',
  createdAt: '2026-06-01T09:30:00.000Z',
  updatedAt: '2026-06-01T09:30:00.000Z',
  revision: 1,
};
const report: SourceReport = {
  sourceId: source.id,
  revision: 1,
  partitions: [{ partition: 0, position: 5, end: 7 }],
  imported: 4,
  deadLetters: 1,
  lastError: null,
};

it('brings a source, and what is told of it, through JSON as they were', async () => {
  const { partitions, imported, deadLetters, lastError } = report;
  const progress: SourceProgress = {
    running: true,
    reportedAt: source.createdAt,
    appliedRevision: 1,
    partitions: partitions.map((each) => ({ ...each, lag: each.end - each.position })),
    imported,
    deadLetters,
    lastError,
  };
  const shown: ShownSource = { source, progress };
  const throughJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
  expect(sourceCommands.getSource.response.parse(throughJson({ ok: true, value: shown }))).toMatchObject({
    value: shown,
  });
  const told: Parameters<Sources['syncSources']>[0] = { instance: 'one', reports: [report] };
  expect(sourceCommands.syncSources.request.parse(throughJson(told))).toEqual(told);
  const answered: Awaited<ReturnType<Sources['syncSources']>> = { sources: [source], unchanged: ['src_1'] };
  expect(sourceCommands.syncSources.response.parse(throughJson(answered))).toEqual(answered);
});

it('refuses formats, starts, ids and offsets that are none', () => {
  for (const wrong of [{ format: 'avro' }, { start: 'now' }, { start: '2026-06-01T09:30:00' }, { id: 'src_1' }]) {
    expect(Source.safeParse({ ...source, ...wrong }).success).toBe(false);
  }
  expect(SourceReport.safeParse({ ...report, imported: -1 }).success).toBe(false);
  expect(SourceFormat.options).toEqual(['cloudevents', 'debezium', 'json']);
  expect(SourceStart.safeParse('2026-06-01T09:30:00.123456Z').success).toBe(true);
});
