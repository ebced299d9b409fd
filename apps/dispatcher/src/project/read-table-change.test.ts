import { ExactNumber } from '@sluice/exact-json/exact-number';
import { describe, expect, test } from 'vitest';
import { readTableChange } from './read-table-change.js';

const TABLE = 'tblQ1w2E3r4T5y6U7';
const RECORD = 'recA1b2C3d4E5f6G7';
const FIELD = 'fldA1b2C3d4E5f6G7';

const read = (text: string) => readTableChange(Buffer.from(text));
const ofTable = (table: string) =>
  read(`{"actionMetadata":{"source":"sync"},"changedTablesById":{"${TABLE}":${table}}}`);

describe('a change', () => {
  test('is read with the digits of its cells', () => {
    const cell = `[1.10,1e400,12345678901234567890,7,{"deep":-0.0}]`;
    const result = ofTable(
      `{"changedRecordsById":{"${RECORD}":{"current":{"cellValuesByFieldId":{"${FIELD}":${cell}}}}}}`,
    );
    if (!result.ok) throw new Error(result.reason);
    const record = result.change.changedTablesById?.[TABLE]?.changedRecordsById?.[RECORD];
    const numbers = record?.current.cellValuesByFieldId[FIELD] as unknown[];
    expect(numbers.slice(0, 4).map(String)).toEqual(['1.10', '1e400', '12345678901234567890', '7']);
    expect(numbers[2]).toBeInstanceOf(ExactNumber);
    expect(numbers[3]).toBe(7);
  });

  test.each(['412', '412.0', '41.2e1'])('counts its transaction by value: %s', (number) => {
    const result = read(`{"baseTransactionNumber":${number},"actionMetadata":{"source":"sync"}}`);
    expect(result).toMatchObject({ ok: true, change: { baseTransactionNumber: 412 } });
  });

  test('does not take members named __proto__ for what they are not', () => {
    const named = JSON.stringify({ destroyedRecordIds: [RECORD] });
    const result = read(`{"actionMetadata":{"source":"sync"},"changedTablesById":{"__proto__":{"${TABLE}":${named}}}}`);
    if (!result.ok) throw new Error(result.reason);
    expect(result.change.changedTablesById?.[TABLE]).toBeUndefined();
    expect(({} as Record<string, unknown>)[TABLE]).toBeUndefined();
  });
});

test.each([
  ['{"actionMetadata":', 'not JSON: the text ends where a value should stand, at byte 18'],
  ['{"a":1,"a":2}', 'not JSON: duplicate member "a", at byte 7'],
  ['[]', 'Invalid input: expected object, received array'],
  [
    '{"actionMetadata":{"source":"sync"},"changedTablesById":1.10}',
    'changedTablesById: Invalid input: expected record, received number',
  ],
  ['{}', /^actionMetadata: /],
  ['{"actionMetadata":{"source":"unknown"}}', /^actionMetadata\.source: .*'client'/],
  ['{"actionMetadata":{"source":"sync","x":1}}', 'actionMetadata: unknown member x'],
  ['{"actionMetadata":{"source":"sync"},"\\u0000 \\ud800":1}', 'unknown member "\\u0000 \\ud800"'],
  ['{"actionMetadata":{"source":"sync"},"__proto__":1}', 'unknown member __proto__'],
  ['{"actionMetadata":{"source":"sync"},"baseTransactionNumber":1.5}', /^baseTransactionNumber: .*int/],
  ['{"actionMetadata":{"source":"sync"},"baseTransactionNumber":1e400}', /^baseTransactionNumber: .*received number$/],
  ['{"actionMetadata":{"source":"sync"},"timestamp":"yesterday"}', 'timestamp: Invalid ISO datetime'],
  [
    '{"actionMetadata":{"source":"sync"},"changedTablesById":{"tblx":{}}}',
    'changedTablesById.tblx: must be a table id: tbl and 14 letters or digits',
  ],
  [
    `{"actionMetadata":{"source":"sync"},"changedTablesById":{"${TABLE}":{"destroyedFieldIds":["${FIELD}","x"]}}}`,
    `changedTablesById.${TABLE}.destroyedFieldIds.1: must be a field id: fld and 14 letters or digits`,
  ],
])('%s is refused with path and cause', (text, reason) => {
  const result = read(text);
  expect(result).toEqual({ ok: false, reason: typeof reason === 'string' ? reason : expect.stringMatching(reason) });
});

test('a reason stays short, however long the names', () => {
  const result = read(`{"actionMetadata":{"source":"sync"},"${'x'.repeat(100_000)}":1}`);
  expect(result.ok ? '' : result.reason).toMatch(/^unknown member "x{60}…"$/);
});
