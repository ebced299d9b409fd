import { expect, it } from 'vitest';
import { record, table } from './table.js';

it('a table has each column as wide as its widest value, and a dash where there is none', () => {
  const rows = [
    { id: 'a', event: { id: 'long one' } },
    { id: 'bcd', event: null },
  ];
  expect(
    table(rows, [
      ['id', 'id'],
      ['event', 'event.id'],
    ]),
  ).toBe('ID   EVENT\na    long one\nbcd  –');
});

it('a list reads as one, and what is deeper as JSON', () => {
  expect(record({ scopes: ['read', 'write'], retry_schedule: [0, 5], none: [], rows: [{ id: 1 }] })).toBe(
    'scopes          read, write\nretry_schedule  0, 5\nnone            –\nrows            [{"id":1}]',
  );
});

it('what others wrote moves no cursor', () => {
  expect(record({ id: '\u001b[2Jx\u009b', n: 1 })).toBe('id  \\u001b[2Jx\\u009b\nn   1');
});
