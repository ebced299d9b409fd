import { expect, test } from 'vitest';
import { learntParts, learntTables } from './learnt-rows.js';

const BASE = 'app00000000000000';
const table = (n: number) => ({ baseId: BASE, id: `tbl${n}`, name: null, description: null, position: n });
const part = (n: number, tableId = 'tbl1') => ({
  baseId: BASE,
  id: `fld${n}`,
  tableId,
  name: null,
  type: null,
  position: n,
});
const many = <T>(count: number, make: (n: number) => T) => Array.from({ length: count }, (_, n) => make(n));

test('tables beyond a thousand are left out; known ones still change', () => {
  const known = many(999, table);
  const { rows, leftOut } = learntTables(BASE, known, [{ id: 'a' }, { id: 'b' }, { id: 'tbl5', name: 'Five' }]);
  expect(rows).toEqual([
    { ...table(999), id: 'a' },
    { ...table(5), name: 'Five' },
  ]);
  expect(leftOut).toBe(1);
});

test('what is told as it is known makes no row', () => {
  expect(learntTables(BASE, [table(1)], [{ id: 'tbl1', description: null }])).toEqual({ rows: [], leftOut: 0 });
  expect(learntParts(BASE, [part(1)], [{ id: 'fld1', tableId: 'tbl1' }], 0)).toEqual({ rows: [], leftOut: 0 });
});

test('parts of a table beyond a thousand are left out, be they new or moved', () => {
  const known = [...many(999, (n) => part(n)), part(2_000, 'tbl2'), part(2_001, 'tbl2')];
  const told = [
    { id: 'fld2000', tableId: 'tbl1' },
    { id: 'fld2001', tableId: 'tbl1' },
    { id: 'new', tableId: 'tbl1' },
  ];
  const { rows, leftOut } = learntParts(BASE, known, told, 100);
  expect(rows).toEqual([{ ...part(999), id: 'fld2000' }]);
  expect(leftOut).toBe(2);
});

test('a base that is full takes no new part, but a known one may move', () => {
  const told = [
    { id: 'new', tableId: 'tbl1' },
    { id: 'fld1', tableId: 'tbl2' },
  ];
  const { rows, leftOut } = learntParts(BASE, [part(1)], told, 0);
  expect(rows).toEqual([{ ...part(1, 'tbl2'), position: 0 }]);
  expect(leftOut).toBe(1);
});
