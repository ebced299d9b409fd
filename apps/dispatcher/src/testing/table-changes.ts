import type { TableChange } from '@sluice/contracts/table-change';
import type { ChangeType, DataType, SpecificationOptions } from '@sluice/contracts/webhook-specification';
import type { JsonObject, JsonValue } from '@sluice/exact-json/json-value';
import { parseJson } from '@sluice/exact-json/parse-json';
import { writeJson } from '@sluice/exact-json/write-json';
import fc, { type Arbitrary } from 'fast-check';
import { readTableChange } from '../project/read-table-change.js';

/** A base of three tables; the first digit of a field, view or record is its table's. */
const TABLES = [0, 1, 2];
const NTH = [0, 1, 2, 3];
const idOf = (prefix: string, number: number | string) => `${prefix}${String(number).padStart(14, '0')}`;
export const tableId = (table: number) => idOf('tbl', table);
export const fieldId = (table: number, nth: number) => idOf('fld', `${table}${nth}`);
const viewId = (table: number, nth: number) => idOf('viw', `${table}${nth}`);
export const recordId = (table: number, nth: number) => idOf('rec', `${table}${nth}`);
/** The table that such a field or view is in. */
export const tableOf = (id: string) => tableId(Number(id.at(-2)));

export const tableIds = TABLES.map(tableId);
export const fieldIds = TABLES.flatMap((table) => NTH.map((nth) => fieldId(table, nth)));
export const viewIds = TABLES.flatMap((table) => [viewId(table, 0), viewId(table, 1)]);
export const SOURCES = [
  'client',
  'publicApi',
  'formSubmission',
  'formPageSubmission',
  'automation',
  'system',
  'sync',
  'anonymousUser',
] as const;

/** As it is read: a literal's digits are kept. */
export function changeOf(value: object): TableChange {
  const read = readTableChange(Buffer.from(writeJson(value as JsonObject)));
  if (!read.ok) throw new Error(read.reason);
  return read.change;
}

/** Text of a number, in forms that a double would print otherwise, too. */
export const numberText: Arbitrary<string> = fc.oneof(
  fc.constantFrom('1.10', '1e400', '12345678901234567890', '-0', '0.0', '1E5', '1e-7', '100', '-1.5'),
  fc
    .tuple(
      fc.bigInt({ min: -(10n ** 25n), max: 10n ** 25n }),
      fc.stringMatching(/^(\.[0-9]{1,5})?([eE][+-]?[0-9]{1,3})?$/),
    )
    .map(([whole, rest]) => `${whole}${rest}`),
);

const cellValue: Arbitrary<JsonValue> = fc.oneof(
  { weight: 3, arbitrary: fc.string({ maxLength: 5 }) },
  { weight: 2, arbitrary: numberText.map((text) => parseJson(text, { literals: true })) },
  { weight: 2, arbitrary: fc.constantFrom<JsonValue>(null, '', false, true, 0) },
  fc.constant<JsonValue>([]),
  fc.jsonValue({ maxDepth: 2 }).map((value) => parseJson(JSON.stringify(value))),
  fc.constant(parseJson('{"__proto__":{"toString":1.0},"constructor":[]}', { literals: true })),
);

/** Members that are there or not, or empty; under ids that are drawn. */
const mapOf = (ids: readonly string[], value: Arbitrary<JsonValue>, maxKeys = 3): Arbitrary<JsonObject> =>
  fc.dictionary(fc.constantFrom(...ids), value, { maxKeys, noNullPrototype: true });
const listOf = (ids: readonly string[]) => fc.uniqueArray(fc.constantFrom(...ids), { maxLength: 2 });
/** What makes webhooks invalid: seldom, or there would hardly be a valid one. */
const seldomListOf = (ids: readonly string[]) =>
  fc.oneof({ weight: 9, arbitrary: fc.constant<string[]>([]) }, { weight: 1, arbitrary: listOf(ids) });
const someOf = (members: Record<string, Arbitrary<JsonValue>>): Arbitrary<JsonObject> =>
  fc.record(members, { requiredKeys: [], noNullPrototype: true }) as Arbitrary<JsonObject>;

const definition = fc.record({ name: fc.string({ maxLength: 4 }), type: fc.constantFrom('number', 'text') });
const metadata = {
  name: fc.string({ maxLength: 4 }),
  description: fc.option(fc.string({ maxLength: 4 })),
};

function recordChanges(table: number): Record<string, Arbitrary<JsonValue>> {
  const records = NTH.map((nth) => recordId(table, nth));
  const cells = mapOf(
    NTH.map((nth) => fieldId(table, nth)),
    cellValue,
  ).map((cellValuesByFieldId): JsonObject => ({ cellValuesByFieldId }));
  const created = cells.map((own): JsonObject => ({ createdTime: '2026-06-01T09:30:05.000Z', ...own }));
  const changed = fc.record({ current: cells, previous: cells, unchanged: cells }, { requiredKeys: ['current'] });
  return {
    createdRecordsById: mapOf(records, created),
    changedRecordsById: mapOf(records, changed as Arbitrary<JsonValue>),
    destroyedRecordIds: listOf(records),
  };
}

function changedTable(table: number): Arbitrary<JsonObject> {
  const fields = NTH.map((nth) => fieldId(table, nth));
  const views = [viewId(table, 0), viewId(table, 1)];
  const some = someOf({ name: fc.string({ maxLength: 4 }), type: fc.constantFrom('number', 'text') });
  const changedField = fc.record({ current: some, previous: some }, { requiredKeys: ['current'] });
  return someOf({
    changedMetadata: fc.record({ current: someOf(metadata), previous: someOf(metadata) }),
    createdFieldsById: mapOf(fields, definition),
    changedFieldsById: mapOf(fields, changedField as Arbitrary<JsonValue>),
    destroyedFieldIds: seldomListOf(fields),
    ...recordChanges(table),
    changedViewsById: mapOf(views, someOf(recordChanges(table))),
    createdViewsById: mapOf(views, definition),
    destroyedViewIds: seldomListOf(views),
  });
}

function createdTable(table: number): Arbitrary<JsonObject> {
  const fields = NTH.map((nth) => fieldId(table, nth));
  return someOf({
    metadata: fc.record(metadata),
    fieldsById: mapOf(fields, definition),
    recordsById: recordChanges(table).createdRecordsById!,
    viewsById: mapOf([viewId(table, 0)], definition),
  });
}

const actionMetadata: Arbitrary<JsonValue> = fc.constantFrom(...SOURCES).chain((source): Arbitrary<JsonValue> => {
  const user = { id: idOf('usr', 1), email: 'ada@example.org', permissionLevel: 'edit', name: 'Ada' };
  if (source === 'client' || source === 'publicApi') return fc.constant({ source, sourceMetadata: { user } });
  if (source === 'formSubmission') {
    return fc.constantFrom(...viewIds.slice(0, 2)).map((id) => ({ source, sourceMetadata: { viewId: id } }));
  }
  if (source === 'formPageSubmission') {
    return fc.constantFrom(1, 2).map((page) => ({ source, sourceMetadata: { pageId: idOf('pbd', page) } }));
  }
  return fc.constant({ source });
});

const mapOfTables = (table: (number: number) => Arbitrary<JsonObject>): Arbitrary<JsonValue> =>
  someOf(Object.fromEntries(TABLES.map((number) => [tableId(number), table(number)])));

/** Any change of that base, contradictions and empty members included. */
export const tableChange: Arbitrary<TableChange> = fc
  .record(
    {
      actionMetadata,
      changedTablesById: mapOfTables(changedTable),
      createdTablesById: mapOfTables(createdTable),
      destroyedTableIds: seldomListOf(tableIds),
    },
    { requiredKeys: ['actionMetadata'] },
  )
  .map(changeOf);

/** A filter that is mostly left out: all of them together would leave nothing of most changes. */
const seldom = <T>(filter: Arbitrary<T>) => fc.option(filter, { nil: undefined, freq: 2 });
const someFields = fc.uniqueArray(fc.constantFrom(...fieldIds), { maxLength: 6 });

/** Any specification that the registry takes for that base. */
export const specification: Arbitrary<SpecificationOptions> = fc.record({
  filters: fc.record({
    dataTypes: fc.oneof(
      fc.constant<DataType[]>(['tableData', 'tableFields', 'tableMetadata']),
      fc.uniqueArray(fc.constantFrom<DataType>('tableData', 'tableFields', 'tableMetadata'), { minLength: 1 }),
    ),
    recordChangeScope: seldom(fc.constantFrom(...tableIds, ...viewIds)),
    changeTypes: seldom(fc.uniqueArray(fc.constantFrom<ChangeType>('add', 'remove', 'update'))),
    fromSources: seldom(fc.uniqueArray(fc.constantFrom(...SOURCES, 'unknown' as const))),
    sourceOptions: seldom(
      fc.record({
        formSubmission: seldom(fc.record({ viewId: seldom(fc.constantFrom(...viewIds.slice(0, 2))) })),
        formPageSubmission: seldom(fc.record({ pageId: seldom(fc.constant(idOf('pbd', 1))) })),
      }),
    ),
    watchDataInFieldIds: seldom(someFields),
    watchSchemasOfFieldIds: seldom(someFields),
  }),
  includes: seldom(
    fc.record({
      includeCellValuesInFieldIds: seldom(fc.oneof(fc.constant<'all'>('all'), someFields)),
      includePreviousCellValues: fc.boolean(),
      includePreviousFieldDefinitions: fc.boolean(),
    }),
  ),
});
