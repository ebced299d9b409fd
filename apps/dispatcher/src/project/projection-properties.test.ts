import type { TableChange } from '@sluice/contracts/table-change';
import type { ChangeType, DataType, SpecificationOptions } from '@sluice/contracts/webhook-specification';
import { isJsonObject } from '@sluice/exact-json/json-object';
import type { JsonObject, JsonValue } from '@sluice/exact-json/json-value';
import { writeJson } from '@sluice/exact-json/write-json';
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { askedLeaves } from '../testing/asked-leaves.js';
import { type Leaf, leavesOf, payloadOf, said } from '../testing/payload-leaves.js';
import {
  fieldId,
  fieldIds,
  numberText,
  recordId,
  SOURCES,
  specification,
  tableChange,
  tableId,
  tableIds,
  tableOf,
  viewIds,
} from '../testing/table-changes.js';
import { projectChange } from './project-change.js';
import { readTableChange } from './read-table-change.js';

const STAMP = { timestamp: '2026-06-01T09:30:05.601Z', transactionNumber: 412 };
// Thousands of changes take a machine that is busy with other tests longer than a test usually may.
vi.setConfig({ testTimeout: 60_000 });

const RUNS = { numRuns: 300 };
const KNOWN = Object.fromEntries([...viewIds, ...fieldIds].map((id) => [id, tableOf(id)]));

const project = (change: TableChange, options: SpecificationOptions) =>
  projectChange(change, { specification: options, tableOf: KNOWN }, STAMP);

/** What the payloads say together, the error payload included. */
const told = (change: TableChange, options: SpecificationOptions): Leaf[] =>
  project(change, options).payloads.flatMap((payload) => leavesOf(payloadOf(payload)));

const withFilters = (options: SpecificationOptions, filters: Partial<SpecificationOptions['filters']>) => ({
  ...options,
  filters: { ...options.filters, ...filters },
});

/** Once each: pieces of a specification may tell the same. */
const distinct = (leaves: Leaf[]): string[] => [...new Set(said(leaves))];

/** What a change destroys that such a webhook can't do without, the rule told once more. */
function breakingLeaves(change: TableChange, { filters }: SpecificationOptions): Leaf[] {
  const watched = [...(filters.watchDataInFieldIds ?? []), ...(filters.watchSchemasOfFieldIds ?? [])];
  const scope = filters.recordChangeScope;
  const tables = watched.map(tableOf);
  if (scope !== undefined) tables.push(scope.startsWith('tbl') ? scope : tableOf(scope));
  return leavesOf(change).filter(
    ({ path, text }) =>
      (path[0] === 'destroyedTableIds' && tables.includes(JSON.parse(text))) ||
      (path[2] === 'destroyedFieldIds' && watched.includes(JSON.parse(text))),
  );
}

const isViewDestroyed = ({ changedTablesById = {} }: TableChange, { filters }: SpecificationOptions): boolean =>
  Object.values(changedTablesById).some(({ destroyedViewIds = [] }) =>
    destroyedViewIds.includes(filters.recordChangeScope ?? ''),
  );

test('a projection is exactly what the specification asks of the change', () => {
  fc.assert(
    fc.property(tableChange, specification, (change, options) => {
      const scope = options.filters.recordChangeScope;
      const breaking = said(breakingLeaves(change, options));
      const asked = said(askedLeaves(change, options, scope?.startsWith('viw') ? tableOf(scope) : undefined));
      const { payloads, invalid } = project(change, options);
      const leaves = payloads.map((payload) => said(leavesOf(payloadOf(payload))));
      expect(invalid).toBe(breaking.length > 0 || isViewDestroyed(change, options));
      if (invalid) expect(leaves.pop()).toEqual(breaking);
      expect(leaves.flat().sort()).toEqual(asked.filter((leaf) => !breaking.includes(leaf)));
    }),
    { numRuns: 1_000 },
  );
});

test('nobody told where a view is: a change that names the view tells it, of others nothing is asked', () => {
  const ofView = fc
    .tuple(specification, fc.constantFrom(...viewIds))
    .map(([options, recordChangeScope]) => withFilters(options, { recordChangeScope }));
  fc.assert(
    fc.property(tableChange, ofView, (change, options) => {
      const view = options.filters.recordChangeScope!;
      const names = Object.values(change.changedTablesById ?? {}).some(
        ({ changedViewsById = {}, createdViewsById = {}, destroyedViewIds = [] }) =>
          [...Object.keys(changedViewsById), ...Object.keys(createdViewsById), ...destroyedViewIds].includes(view),
      );
      const watchesNothing = withFilters(options, { watchDataInFieldIds: [], watchSchemasOfFieldIds: [] });
      const { payloads } = projectChange(change, { specification: watchesNothing }, STAMP);
      if (names) expect(payloads).toEqual(project(change, watchesNothing).payloads);
      else expect(payloads).toEqual([]);
    }),
    RUNS,
  );
});

test('every payload has its members in the order of the contract, and nothing empty', () => {
  fc.assert(
    fc.property(tableChange, specification, (change, options) => {
      const { payloads, invalid } = project(change, options);
      for (const [index, payload] of payloads.entries()) {
        const isLast = index === payloads.length - 1;
        const value = payloadOf(payload);
        expect(Object.keys(value).slice(0, 4)).toEqual(PAYLOAD_ORDER.slice(0, 4));
        expect(value).toMatchObject({ timestamp: STAMP.timestamp, baseTransactionNumber: 412, payloadFormat: 'v0' });
        expect(value.actionMetadata).toEqual(change.actionMetadata);
        expect([value.error, value.code]).toEqual(invalid && isLast ? [true, 'INVALID_HOOK'] : [undefined, undefined]);
        expectForm(value, []);
        expect(Buffer.from(payload).toString()).toBe(writeJson(value));
        if (!(invalid && isLast)) expect(Object.keys(value).length).toBeGreaterThan(4);
      }
    }),
    RUNS,
  );
});

test('webhooks that watch one field each are told together what one is told that watches none', () => {
  const wide = specification.map((options) =>
    withFilters(options, { watchDataInFieldIds: undefined, watchSchemasOfFieldIds: undefined }),
  );
  fc.assert(
    fc.property(tableChange, wide, (change, options) => {
      const watching = (id: string) => ({ watchDataInFieldIds: [id], watchSchemasOfFieldIds: [id] });
      const pieces = fieldIds.flatMap((id) => told(change, withFilters(options, watching(id))));
      // A record that begins empty has no cell that anybody could watch, and what is destroyed makes some of them invalid.
      const blank = (leaf: Leaf) => leaf.path.at(-1) === 'createdTime';
      const destroyed = (leaf: Leaf) => leaf.path[0] === 'destroyedTableIds' || leaf.path[2] === 'destroyedFieldIds';
      const wanted = (leaf: Leaf) => !blank(leaf) && !destroyed(leaf);
      expect(distinct(pieces.filter(wanted))).toEqual(distinct(told(change, options).filter(wanted)));
    }),
    { numRuns: 100 },
  );
});

test.each<[string, (options: SpecificationOptions) => SpecificationOptions[]]>([
  [
    'data types',
    (options) => options.filters.dataTypes.map((dataType: DataType) => withFilters(options, { dataTypes: [dataType] })),
  ],
  [
    'change types',
    (options) => {
      const { changeTypes = [] } = options.filters;
      const all: ChangeType[] = changeTypes.length > 0 ? changeTypes : ['add', 'remove', 'update'];
      return all.map((changeType) => withFilters(options, { changeTypes: [changeType] }));
    },
  ],
  [
    'sources',
    (options) => {
      const { fromSources = [] } = options.filters;
      const all = fromSources.length > 0 ? fromSources : SOURCES;
      return all.map((source) => withFilters(options, { fromSources: [source] }));
    },
  ],
])('webhooks with one of the %s each are told together what one with all of them is told', (_, piecesOf) => {
  fc.assert(
    fc.property(tableChange, specification, (change, options) => {
      const pieces = piecesOf(options).flatMap((piece) => told(change, piece));
      expect(distinct(pieces)).toEqual(distinct(told(change, options)));
    }),
    RUNS,
  );
});

test('webhooks on one table each are told together what one on the base is told', () => {
  const ofBase = specification.map((options) =>
    withFilters(options, { recordChangeScope: undefined, watchDataInFieldIds: [], watchSchemasOfFieldIds: [] }),
  );
  // A destroyed table is told to its own webhook whatever it asks for: it invalidates it.
  const standing = tableChange.filter(({ destroyedTableIds = [] }) => destroyedTableIds.length === 0);
  fc.assert(
    fc.property(standing, ofBase, (change, options) => {
      const pieces = tableIds.flatMap((id) => told(change, withFilters(options, { recordChangeScope: id })));
      expect(said(pieces)).toEqual(said(told(change, options)));
    }),
    RUNS,
  );
});

test('a number in a cell is served with the characters that it was published with', () => {
  fc.assert(
    fc.property(fc.array(numberText, { minLength: 1, maxLength: 5 }), (texts) => {
      const cells = (table: number) =>
        `{"cellValuesByFieldId":{${texts.map((text, nth) => `"${fieldId(table, nth)}":${text}`).join(',')}}}`;
      const data = `{"actionMetadata":{"source":"sync"},"changedTablesById":{"${tableId(0)}":{"changedRecordsById":{"${recordId(0, 1)}":{"current":${cells(0)},"previous":${cells(0)},"unchanged":${cells(1)}}}}}}`;
      const options: SpecificationOptions = {
        filters: { dataTypes: ['tableData'] },
        includes: { includeCellValuesInFieldIds: 'all', includePreviousCellValues: true },
      };
      const read = readTableChange(Buffer.from(data));
      const [payload] = project((read as { change: TableChange }).change, options).payloads;
      expect(Buffer.from(payload!).toString()).toContain(data.slice(data.indexOf('"changedTablesById"')));
    }),
    RUNS,
  );
});

const PAYLOAD_ORDER = [
  'timestamp',
  'baseTransactionNumber',
  'actionMetadata',
  'payloadFormat',
  'changedTablesById',
  'createdTablesById',
  'destroyedTableIds',
  'error',
  'code',
];
const RECORDS_ORDER = ['createdRecordsById', 'changedRecordsById', 'destroyedRecordIds'];
const TABLE_ORDER = [
  'changedMetadata',
  'createdFieldsById',
  'changedFieldsById',
  'destroyedFieldIds',
  ...RECORDS_ORDER,
  'changedViewsById',
];
const CREATED_ORDER = ['metadata', 'fieldsById', 'recordsById'];
const RECORD_ORDER = ['createdTime', 'cellValuesByFieldId'];
const SIDES_ORDER = ['current', 'previous', 'unchanged'];
const DEFINITION_ORDER = ['name', 'type', 'description'];
const ORDERS = [PAYLOAD_ORDER, TABLE_ORDER, CREATED_ORDER, RECORD_ORDER, SIDES_ORDER, DEFINITION_ORDER];

/** Members that the contract requires even if there is nothing in them. */
const mayBeEmpty = (path: readonly string[]): boolean =>
  (path.at(-1) === 'cellValuesByFieldId' && ['createdRecordsById', 'recordsById'].includes(path.at(-3)!)) ||
  (path.at(-1) === 'previous' && path.at(-2) === 'changedMetadata');

function expectForm(value: JsonValue, path: readonly string[]): void {
  if (path.at(-2) === 'cellValuesByFieldId' || path[0] === 'actionMetadata') return;
  if (Array.isArray(value)) expect(value).not.toEqual([]);
  else if (isJsonObject(value)) {
    const names = Object.keys(value);
    if (!mayBeEmpty(path)) expect({ path, names }).not.toEqual({ path, names: [] });
    if (!names.every((name) => /^(tbl|fld|rec|viw)/.test(name))) expectOrder(value, names);
    for (const name of names) expectForm(value[name]!, [...path, name]);
  }
}

function expectOrder(value: JsonObject, names: string[]): void {
  const order = ORDERS.find((known) => names.every((name) => known.includes(name)));
  expect(order, writeJson(value)).toBeDefined();
  expect(names).toEqual(order!.filter((name) => names.includes(name)));
}
