import type { SpecificationOptions } from '@sluice/contracts/webhook-specification';
import { describe, expect, test } from 'vitest';
import { changeOf } from '../testing/table-changes.js';
import { projectChange } from './project-change.js';
import type { Whereabouts } from './scope.js';

const TABLE = 'tblQ1w2E3r4T5y6U7';
const OTHER_TABLE = 'tblOtherOtherOth1';
const VIEW = 'viwQ1w2E3r4T5y6U7';
const RECORD = 'recA1b2C3d4E5f6G7';
const STATUS = 'fldA1b2C3d4E5f6G7';
const COUNT = 'fldH1j2K3l4M5n6O7';
const NOTES = 'fldNotesNotesNot1';
const STAMP = { timestamp: '2026-06-01T09:30:05.601Z', transactionNumber: 412 };
const ADA = { id: 'usrA1b2C3d4E5f6G7', email: 'ada@example.org', permissionLevel: 'edit', name: 'Ada' };
const BY_ADA = { source: 'client', sourceMetadata: { user: ADA } };
const HEAD = `{"timestamp":"2026-06-01T09:30:05.601Z","baseTransactionNumber":412,"actionMetadata":{"source":"client","sourceMetadata":{"user":{"id":"usrA1b2C3d4E5f6G7","email":"ada@example.org","permissionLevel":"edit","name":"Ada"}}},"payloadFormat":"v0"`;

type Filters = Partial<SpecificationOptions['filters']>;
type Includes = NonNullable<SpecificationOptions['includes']>;

function project(change: object, filters: Filters = {}, includes: Includes = {}, tableOf: Whereabouts = {}) {
  const all: Filters = { dataTypes: ['tableData', 'tableFields', 'tableMetadata'] };
  const specification = { filters: { ...all, ...filters } as SpecificationOptions['filters'], includes };
  return projectChange(changeOf({ actionMetadata: BY_ADA, ...change }), { specification, tableOf }, STAMP);
}

const textOf = (payload: Uint8Array | undefined) => Buffer.from(payload ?? []).toString();

/** What the only payload says of the table; undefined when there is no payload. */
function ofTable(table: object, filters?: Filters, includes?: Includes): unknown {
  const { payloads, invalid } = project({ changedTablesById: { [TABLE]: table } }, filters, includes);
  expect(invalid).toBe(false);
  expect(payloads.length).toBeLessThanOrEqual(1);
  return payloads.length === 0 ? undefined : JSON.parse(textOf(payloads[0])).changedTablesById[TABLE];
}

const cells = (cellValuesByFieldId: object) => ({ cellValuesByFieldId });

describe('the pages of the contract', () => {
  const change = {
    changedTablesById: {
      [TABLE]: {
        changedRecordsById: {
          [RECORD]: {
            unchanged: cells({ [COUNT]: 3, [NOTES]: 'x' }),
            previous: cells({ [STATUS]: 'Todo' }),
            current: cells({ [STATUS]: 'Done' }),
          },
        },
      },
    },
  };

  test('a changed cell, byte for byte', () => {
    const includes = { includeCellValuesInFieldIds: [COUNT], includePreviousCellValues: true };
    const { payloads, invalid } = project(change, { dataTypes: ['tableData'] }, includes);
    expect(payloads.map(textOf)).toEqual([
      `${HEAD},"changedTablesById":{"${TABLE}":{"changedRecordsById":{"${RECORD}":{"current":{"cellValuesByFieldId":{"${STATUS}":"Done"}},"previous":{"cellValuesByFieldId":{"${STATUS}":"Todo"}},"unchanged":{"cellValuesByFieldId":{"${COUNT}":3}}}}}}}`,
    ]);
    expect(invalid).toBe(false);
  });

  test('the changed data alone when nothing is included', () => {
    expect(project(change).payloads.map(textOf)).toEqual([
      `${HEAD},"changedTablesById":{"${TABLE}":{"changedRecordsById":{"${RECORD}":{"current":{"cellValuesByFieldId":{"${STATUS}":"Done"}}}}}}}`,
    ]);
  });

  test('the error payload, byte for byte', () => {
    const destroyed = { changedTablesById: { [TABLE]: { destroyedFieldIds: [STATUS] } } };
    const { payloads, invalid } = project(destroyed, { watchDataInFieldIds: [STATUS] });
    expect(payloads.map(textOf)).toEqual([
      `${HEAD},"changedTablesById":{"${TABLE}":{"destroyedFieldIds":["${STATUS}"]}},"error":true,"code":"INVALID_HOOK"}`,
    ]);
    expect(invalid).toBe(true);
  });

  test('nothing for whom nothing is left', () => {
    expect(project(change, { dataTypes: ['tableFields'] })).toEqual({ payloads: [], invalid: false });
    expect(project({})).toEqual({ payloads: [], invalid: false });
  });
});

describe('the shapes of a changed table', () => {
  test('the new name with the old one, whatever is included', () => {
    const changedMetadata = { current: { name: 'Tasks' }, previous: { name: 'Table 1' } };
    expect(ofTable({ changedMetadata })).toEqual({ changedMetadata });
    expect(ofTable({ changedMetadata: { current: {}, previous: {} } })).toBeUndefined();
  });

  test('a field, with its earlier definition when that is included', () => {
    const changedField = { current: { name: 'State' }, previous: { name: 'Status' } };
    const changedFieldsById = { [STATUS]: changedField, [COUNT]: { current: {} } };
    expect(ofTable({ changedFieldsById })).toEqual({ changedFieldsById: { [STATUS]: { current: { name: 'State' } } } });
    expect(ofTable({ changedFieldsById }, {}, { includePreviousFieldDefinitions: true })).toEqual({
      changedFieldsById: { [STATUS]: changedField },
    });
  });

  test('a created record with its filled cells, an AI text that could not be made among them', () => {
    const ai = { state: 'error', errorType: 'emptyDependency', value: null, isStale: false };
    const createdTime = '2026-06-01T09:30:06.000Z';
    const blanks = { fldBlankBlankBla1: null, fldBlankBlankBla2: '', fldBlankBlankBla3: [], fldBlankBlankBla4: false };
    const filled = { [STATUS]: ai, [COUNT]: 0, [NOTES]: true };
    expect(ofTable({ createdRecordsById: { [RECORD]: { createdTime, ...cells({ ...blanks, ...filled }) } } })).toEqual({
      createdRecordsById: { [RECORD]: { createdTime, ...cells(filled) } },
    });
  });

  test('a record that begins empty', () => {
    const createdRecordsById = { [RECORD]: { createdTime: '2026-06-01T09:30:06.000Z', ...cells({}) } };
    expect(ofTable({ createdRecordsById })).toEqual({ createdRecordsById });
    expect(ofTable({ createdRecordsById }, { watchDataInFieldIds: [STATUS] })).toBeUndefined();
  });

  test('a cleared cell is null', () => {
    const changedRecordsById = { [RECORD]: { current: cells({ [STATUS]: null }) } };
    expect(ofTable({ changedRecordsById })).toEqual({ changedRecordsById });
  });

  test('what a view saw, and nothing of what the table did, with the view as scope', () => {
    const seen = {
      createdRecordsById: { [RECORD]: { createdTime: '2026-05-01T09:30:06.000Z', ...cells({ [COUNT]: 3 }) } },
      destroyedRecordIds: ['recLeftLeftLeftL1'],
    };
    const table = {
      changedRecordsById: { [RECORD]: { current: cells({ [STATUS]: 'Done' }) } },
      destroyedRecordIds: ['recGoneGoneGoneG1'],
      changedViewsById: { [VIEW]: seen, viwOtherOtherOth1: seen },
    };
    expect(ofTable(table, { recordChangeScope: VIEW })).toEqual({ changedViewsById: { [VIEW]: seen } });
    const { changedViewsById: _, ...withoutViews } = table;
    expect(ofTable(table, { recordChangeScope: TABLE })).toEqual(withoutViews);
    expect(ofTable(table)).toEqual(withoutViews);
  });
});

describe('watched cells', () => {
  const current = cells({ [STATUS]: 'Done', [NOTES]: 'y', [COUNT]: 4 });
  const previous = cells({ [STATUS]: 'Todo', [NOTES]: 'x', [COUNT]: 3 });
  const changed = { changedRecordsById: { [RECORD]: { current, previous } } };

  test('others that changed are not listed, unless they are asked for', () => {
    const watching = { watchDataInFieldIds: [STATUS] };
    expect(ofTable(changed, watching)).toEqual({
      changedRecordsById: { [RECORD]: { current: cells({ [STATUS]: 'Done' }) } },
    });
    const includes = { includeCellValuesInFieldIds: [COUNT], includePreviousCellValues: true };
    expect(ofTable(changed, watching, includes)).toEqual({
      changedRecordsById: {
        [RECORD]: {
          current: cells({ [STATUS]: 'Done', [COUNT]: 4 }),
          previous: cells({ [STATUS]: 'Todo', [COUNT]: 3 }),
        },
      },
    });
  });

  test('a record of which no watched cell changed is none', () => {
    const includes = { includeCellValuesInFieldIds: 'all' as const };
    expect(ofTable(changed, { watchDataInFieldIds: ['fldElseElseElseE1'] }, includes)).toBeUndefined();
  });

  test('a destroyed record is told whatever is watched', () => {
    const destroyed = { destroyedRecordIds: [RECORD] };
    expect(ofTable(destroyed, { watchDataInFieldIds: [STATUS] })).toEqual(destroyed);
  });

  test('an empty list narrows nothing', () => {
    const nothingChosen = { changeTypes: [], fromSources: [], watchDataInFieldIds: [], watchSchemasOfFieldIds: [] };
    expect(ofTable(changed, nothingChosen)).toEqual({ changedRecordsById: { [RECORD]: { current } } });
  });
});

describe('created and destroyed tables', () => {
  const created = {
    metadata: { name: 'New', description: null },
    fieldsById: { [STATUS]: { name: 'Status', type: 'singleLineText' } },
    recordsById: { [RECORD]: { createdTime: '2026-06-01T09:30:06.000Z', ...cells({ [STATUS]: 'Todo' }) } },
  };
  const change = { createdTablesById: { [TABLE]: created }, destroyedTableIds: [OTHER_TABLE] };
  const { metadata, fieldsById, recordsById } = created;

  test.each<[Filters, object]>([
    [{}, change],
    [
      { dataTypes: ['tableMetadata'] },
      { createdTablesById: { [TABLE]: { metadata } }, destroyedTableIds: [OTHER_TABLE] },
    ],
    [{ dataTypes: ['tableFields'] }, { createdTablesById: { [TABLE]: { fieldsById } } }],
    [{ dataTypes: ['tableData'] }, { createdTablesById: { [TABLE]: { recordsById } } }],
    [{ changeTypes: ['remove'] }, { destroyedTableIds: [OTHER_TABLE] }],
    [{ recordChangeScope: TABLE }, { createdTablesById: { [TABLE]: created } }],
  ])('asked with %j', (filters, told) => {
    const { payloads } = project(change, filters);
    const {
      timestamp: _,
      baseTransactionNumber,
      actionMetadata,
      payloadFormat,
      ...rest
    } = JSON.parse(textOf(payloads[0]));
    expect(rest).toEqual(told);
    expect(payloads).toHaveLength(1);
  });

  test('are nothing to another table', () => {
    expect(project(change, { recordChangeScope: 'tblThirdThirdThi1' }).payloads).toEqual([]);
  });
});

describe('what makes a webhook invalid', () => {
  const fieldGone = { changedTablesById: { [TABLE]: { destroyedFieldIds: [NOTES, STATUS] } } };
  const tableGone = { destroyedTableIds: [OTHER_TABLE, TABLE] };
  const viewGone = { changedTablesById: { [TABLE]: { destroyedViewIds: [VIEW] } } };
  const known = { [VIEW]: TABLE, [STATUS]: TABLE };

  test.each<[string, object, Filters, Whereabouts, object]>([
    ['its table', tableGone, { recordChangeScope: TABLE }, {}, { destroyedTableIds: [TABLE] }],
    ['its view', viewGone, { recordChangeScope: VIEW }, {}, {}],
    ["its view's table", tableGone, { recordChangeScope: VIEW }, known, { destroyedTableIds: [TABLE] }],
    [
      'a field whose data it watches',
      fieldGone,
      { watchDataInFieldIds: [STATUS] },
      {},
      { changedTablesById: { [TABLE]: { destroyedFieldIds: [STATUS] } } },
    ],
    [
      'a field whose schema it watches',
      fieldGone,
      { watchSchemasOfFieldIds: [STATUS] },
      {},
      { changedTablesById: { [TABLE]: { destroyedFieldIds: [STATUS] } } },
    ],
    ["a watched field's table", tableGone, { watchDataInFieldIds: [STATUS] }, known, { destroyedTableIds: [TABLE] }],
  ])('%s, whoever destroyed it and whatever else is asked for', (_, change, filters, tableOf, told) => {
    const deaf = { fromSources: ['publicApi' as const], dataTypes: ['tableData' as const], ...filters };
    const { payloads, invalid } = project(change, deaf, {}, tableOf);
    const text = Object.keys(told).length === 0 ? '' : `,${JSON.stringify(told).slice(1, -1)}`;
    expect(payloads.map(textOf)).toEqual([`${HEAD}${text},"error":true,"code":"INVALID_HOOK"}`]);
    expect(invalid).toBe(true);
  });

  test('what else the change did is told first', () => {
    const { payloads, invalid } = project(fieldGone, { watchDataInFieldIds: [STATUS] });
    expect(payloads.map(textOf)).toEqual([
      `${HEAD},"changedTablesById":{"${TABLE}":{"destroyedFieldIds":["${NOTES}"]}}}`,
      `${HEAD},"changedTablesById":{"${TABLE}":{"destroyedFieldIds":["${STATUS}"]}},"error":true,"code":"INVALID_HOOK"}`,
    ]);
    expect(invalid).toBe(true);
  });

  test('a destroyed view tells its table itself', () => {
    const change = { changedTablesById: { [TABLE]: { destroyedFieldIds: [NOTES], destroyedViewIds: [VIEW] } } };
    expect(project(change, { recordChangeScope: VIEW }).payloads.map(textOf)).toEqual([
      `${HEAD},"changedTablesById":{"${TABLE}":{"destroyedFieldIds":["${NOTES}"]}}}`,
      `${HEAD},"error":true,"code":"INVALID_HOOK"}`,
    ]);
  });

  test.each<[string, object, Filters, Includes]>([
    ['an included field', fieldGone, {}, { includeCellValuesInFieldIds: [STATUS] }],
    ['another view', viewGone, { recordChangeScope: 'viwOtherOtherOth1' }, {}],
    ['another table', tableGone, { recordChangeScope: 'tblThirdThirdThi1' }, {}],
    ['any table, to a webhook on the base', tableGone, {}, {}],
    ['another field', fieldGone, { watchDataInFieldIds: [COUNT] }, {}],
  ])('not the end of %s', (_, change, filters, includes) => {
    expect(project(change, filters, includes).invalid).toBe(false);
  });
});

describe('a large action', () => {
  const heads = (payloads: Uint8Array[]) => payloads.map((payload) => textOf(payload).slice(0, HEAD.length));
  const records = (count: number, value: string) =>
    Object.fromEntries(
      Array.from({ length: count }, (_, nth) => [
        `rec${String(nth).padStart(14, '0')}`,
        { current: cells({ [STATUS]: value }) },
      ]),
    );
  const changing = (changedRecordsById: object) => ({ changedTablesById: { [TABLE]: { changedRecordsById } } });
  const recordsIn = (payload: Uint8Array) =>
    Object.keys(JSON.parse(textOf(payload)).changedTablesById[TABLE].changedRecordsById);

  test('is split into payloads of 1,000 records under one stamp', () => {
    const changed = records(2_500, 'x');
    const { payloads } = project(changing(changed));
    expect(payloads.map((payload) => recordsIn(payload).length)).toEqual([1_000, 1_000, 500]);
    expect(payloads.flatMap(recordsIn)).toEqual(Object.keys(changed));
    expect(heads(payloads)).toEqual([HEAD, HEAD, HEAD]);
  });

  test('is split into payloads of 256 KiB at most', () => {
    const changed = records(60, 'ü'.repeat(5_000));
    const { payloads } = project(changing(changed));
    expect(payloads.map((payload) => payload.byteLength > 256 * 1024)).toEqual([false, false, false]);
    expect(payloads.flatMap(recordsIn)).toEqual(Object.keys(changed));
  });

  test('keeps a record whole, however large', () => {
    const { payloads } = project(changing(records(2, 'x'.repeat(300_000))));
    expect(payloads.map((payload) => recordsIn(payload).length)).toEqual([1, 1]);
  });
});
