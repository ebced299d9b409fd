import { TablePatch } from '@sluice/contracts/base-commands';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { changeOf, tableChange } from '../testing/table-changes.js';
import { schemaPatches } from './schema-patches.js';

const TABLE = 'tblQ1w2E3r4T5y6U7';
const OTHER_TABLE = 'tblOtherOtherOth1';
const FIELD = 'fldA1b2C3d4E5f6G7';
const OTHER_FIELD = 'fldH1j2K3l4M5n6O7';
const VIEW = 'viwQ1w2E3r4T5y6U7';
const OTHER_VIEW = 'viwOtherOtherOth1';

const patches = (change: object) => schemaPatches(changeOf({ actionMetadata: { source: 'sync' }, ...change }));

test('a created table is told with all that is in it', () => {
  const created = {
    metadata: { name: 'Tasks', description: null },
    fieldsById: { [FIELD]: { name: 'Status', type: 'singleSelect' } },
    viewsById: { [VIEW]: { name: 'Grid', type: 'grid' } },
  };
  expect(patches({ createdTablesById: { [TABLE]: created } })).toEqual([
    {
      tableId: TABLE,
      name: 'Tasks',
      description: null,
      fields: [{ id: FIELD, name: 'Status', type: 'singleSelect' }],
      views: [{ id: VIEW, name: 'Grid', type: 'grid' }],
    },
  ]);
});

test('a table of which nothing but its id is told exists, too', () => {
  expect(patches({ createdTablesById: { [TABLE]: {} } })).toEqual([{ tableId: TABLE, fields: [], views: [] }]);
});

test('a changed table is told with what became different', () => {
  const changed = {
    changedMetadata: { current: { description: 'x' }, previous: { description: null } },
    createdFieldsById: { [FIELD]: { name: 'Status', type: 'singleSelect' } },
    changedFieldsById: { [OTHER_FIELD]: { current: { name: 'Count' }, previous: { name: 'Number' } } },
    destroyedFieldIds: ['fldGoneGoneGoneG1'],
    createdViewsById: { [VIEW]: { name: 'Grid', type: 'grid' } },
    destroyedViewIds: [OTHER_VIEW],
  };
  expect(patches({ changedTablesById: { [TABLE]: changed } })).toEqual([
    {
      tableId: TABLE,
      description: 'x',
      fields: [
        { id: FIELD, name: 'Status', type: 'singleSelect' },
        { id: OTHER_FIELD, name: 'Count' },
        { id: 'fldGoneGoneGoneG1', destroyed: true },
      ],
      views: [
        { id: VIEW, name: 'Grid', type: 'grid' },
        { id: OTHER_VIEW, destroyed: true },
      ],
    },
  ]);
});

test('a destroyed table is told alone, whatever else happened to it', () => {
  const change = {
    changedTablesById: { [TABLE]: { destroyedFieldIds: [FIELD] } },
    destroyedTableIds: [OTHER_TABLE, TABLE],
  };
  expect(patches(change)).toEqual([
    { tableId: TABLE, destroyed: true, fields: [], views: [] },
    { tableId: OTHER_TABLE, destroyed: true, fields: [], views: [] },
  ]);
});

test('created and changed at once is one table, created and destroyed at once one field', () => {
  const change = {
    createdTablesById: { [TABLE]: { metadata: { name: 'A', description: null } } },
    changedTablesById: {
      [TABLE]: {
        changedMetadata: { current: { name: 'B' }, previous: { name: 'A' } },
        createdFieldsById: { [FIELD]: { name: 'Status', type: 'text' }, [OTHER_FIELD]: { name: 'x', type: 'text' } },
        changedFieldsById: { [FIELD]: { current: { type: 'number' } } },
        destroyedFieldIds: [OTHER_FIELD],
      },
    },
  };
  expect(patches(change)).toEqual([
    {
      tableId: TABLE,
      name: 'B',
      description: null,
      fields: [
        { id: FIELD, name: 'Status', type: 'number' },
        { id: OTHER_FIELD, destroyed: true },
      ],
      views: [],
    },
  ]);
});

test('records tell nothing of the schema', () => {
  const records = { destroyedRecordIds: ['recA1b2C3d4E5f6G7'], changedViewsById: { [VIEW]: {} } };
  expect(patches({ changedTablesById: { [TABLE]: records } })).toEqual([]);
});

test('patches are what the registry takes, one for each table', () => {
  fc.assert(
    fc.property(tableChange, (change) => {
      const all = schemaPatches(change);
      for (const patch of all) expect(TablePatch.parse(patch)).toEqual(patch);
      expect(new Set(all.map(({ tableId }) => tableId)).size).toBe(all.length);
    }),
  );
});
