import { TableChange } from '@sluice/contracts/table-change';
import { tableChangeSchema } from '@sluice/contracts/table-change-schema';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wildTableChange } from '../../testing/wild-table-change.js';
import { SchemaValidators } from './schema-validators.js';

const validators = new SchemaValidators();
const violations = (data: unknown) => validators.violations(tableChangeSchema, Buffer.from(JSON.stringify(data)));
const paths = (data: unknown) => violations(data).map(({ path }) => path);

const id = (prefix: string, number = 0) => prefix + String(number).padStart(14, '0');
const system = { source: 'system' };

describe('the schema of table.changed', () => {
  it('has an example that it takes, and the contract too', () => {
    const { examples } = JSON.parse(tableChangeSchema) as { examples: unknown[] };
    expect(examples).toHaveLength(1);
    expect(violations(examples[0])).toEqual([]);
    expect(TableChange.safeParse(examples[0]).success).toBe(true);
  });

  it('takes any JSON as the value of a cell', () => {
    const values = [
      null,
      0,
      -1e300,
      'x',
      true,
      [],
      {},
      [{ id: 'selA', name: 'Done', color: 'red' }],
      { a: { b: [null] } },
    ];
    const cellValuesByFieldId = Object.fromEntries(values.map((value, index) => [id('fld', index), value]));
    const changedRecordsById = { [id('rec')]: { current: { cellValuesByFieldId } } };
    expect(violations({ actionMetadata: system, changedTablesById: { [id('tbl')]: { changedRecordsById } } })).toEqual(
      [],
    );
  });

  it.each([
    [{}, ['data.actionMetadata']],
    [{ actionMetadata: {} }, ['data.actionMetadata.source']],
    [{ actionMetadata: { source: 'nobody' } }, ['data.actionMetadata.source']],
    [{ actionMetadata: { source: 'formSubmission' } }, ['data.actionMetadata.sourceMetadata']],
    [{ actionMetadata: { source: 'sync', sourceMetadata: {} } }, ['data.actionMetadata.sourceMetadata']],
    [
      { actionMetadata: { source: 'client', sourceMetadata: { user: { id: 'usr1', email: 'e' } } } },
      ['data.actionMetadata.sourceMetadata.user.permissionLevel', 'data.actionMetadata.sourceMetadata.user.id'],
    ],
    [{ actionMetadata: system, baseTransactionNumber: null }, ['data.baseTransactionNumber']],
    [{ actionMetadata: system, baseTransactionNumber: 0 }, ['data.baseTransactionNumber']],
    [{ actionMetadata: system, timestamp: '2026-02-30T00:00:00Z' }, ['data.timestamp']],
    [{ actionMetadata: system, timestamp: '2026-06-01T09:30:05+02:00' }, ['data.timestamp']],
    [{ actionMetadata: system, more: 1 }, ['data.more']],
    [{ actionMetadata: system, destroyedTableIds: ['tbl1'] }, ['data.destroyedTableIds.0']],
    [{ actionMetadata: system, changedTablesById: { Tasks: {} } }, ['data.changedTablesById.Tasks']],
    [
      { actionMetadata: system, changedTablesById: { [id('tbl')]: { changedMetadata: { current: {} } } } },
      [`data.changedTablesById.${id('tbl')}.changedMetadata.previous`],
    ],
    [
      { actionMetadata: system, createdTablesById: { [id('tbl')]: { metadata: { name: 'a' }, recordsById: 1 } } },
      [`data.createdTablesById.${id('tbl')}.metadata.description`, `data.createdTablesById.${id('tbl')}.recordsById`],
    ],
  ])('refuses %j by the paths that are wrong', (data, wrong) => {
    expect(paths(data).sort()).toEqual([...wrong].sort());
    expect(TableChange.safeParse(data).success).toBe(false);
  });

  it('says what a name should be', () => {
    expect(violations({ actionMetadata: system, changedTablesById: { Tasks: {} } })).toEqual([
      {
        path: 'data.changedTablesById.Tasks',
        message: expect.stringMatching(/^is a name that must match pattern "\^tbl/),
      },
    ]);
  });
});

describe('any data', () => {
  const isTaken = (generated: unknown) => TableChange.safeParse(JSON.parse(JSON.stringify(generated))).success;

  it('is taken if the contract takes it, and else not', () => {
    fc.assert(
      fc.property(wildTableChange, (generated) => {
        expect(violations(generated).length === 0).toBe(isTaken(generated));
      }),
      { numRuns: 300 },
    );
  }, 30_000);

  // Of drawings that are always the same: by chance there may be few of one kind.
  it('is often right and often wrong, as it is drawn here', () => {
    const drawn = fc.sample(wildTableChange, { seed: 1, numRuns: 300 });
    const taken = drawn.filter(isTaken).length;
    expect(Math.min(taken, drawn.length - taken)).toBeGreaterThan(30);
  });
});

const many = <T>(count: number, prefix: string, value: (index: number) => T) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [id(prefix, index), value(index)]));
const withTable = (table: object) => ({ actionMetadata: system, changedTablesById: { [id('tbl')]: table } });

it.each([
  [
    'cells',
    withTable({
      changedRecordsById: { [id('rec')]: { current: { cellValuesByFieldId: many(45_000, 'fld', () => 1) } } },
    }),
  ],
  [
    'destroyed records',
    withTable({ destroyedRecordIds: Array.from({ length: 51_000 }, (_, index) => id('rec', index)) }),
  ],
  [
    'changed records',
    withTable({ changedRecordsById: many(17_000, 'rec', () => ({ current: { cellValuesByFieldId: {} } })) }),
  ],
  [
    'created records',
    withTable({
      createdRecordsById: many(11_500, 'rec', () => ({
        createdTime: '2026-06-01T09:30:05.000Z',
        cellValuesByFieldId: {},
      })),
    }),
  ],
  ['tables', { actionMetadata: system, changedTablesById: many(45_000, 'tbl', () => ({})) }],
  ['views', withTable({ changedViewsById: many(45_000, 'viw', () => ({})) })],
  [
    'one cell of many',
    withTable({
      createdRecordsById: many(9_000, 'rec', (n) => ({
        createdTime: '2026-06-01T09:30:05.000Z',
        cellValuesByFieldId: { [id('fld', n)]: 1 },
      })),
    }),
  ],
])('has budget enough for a MiB of %s', (_what, data) => {
  const bytes = Buffer.byteLength(JSON.stringify(data));
  expect(bytes).toBeGreaterThan(900_000);
  expect(bytes).toBeLessThan(1_048_576);
  expect(violations(data)).toEqual([]);
});
