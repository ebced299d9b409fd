import { expect, test } from 'vitest';
import { rowsLookedAt } from './rows-looked-at.js';

test('rows of all scans count, as often as they were made, and those that were thrown away', () => {
  const plan = `Limit (actual rows=3.00 loops=1)
  ->  Nested Loop (actual rows=3.00 loops=1)
        ->  Index Scan using a on b (actual rows=5.00 loops=1)
              Filter: (c = 1)
              Rows Removed by Filter: 20
        ->  Index Scan using d on e (actual rows=0.60 loops=5)
              Rows Removed by Index Recheck: 2
  ->  Bitmap Heap Scan on f (actual rows=7.00 loops=1)
        ->  Bitmap Index Scan on g (actual rows=7.00 loops=1)
  ->  Seq Scan on f (never executed)`;
  expect(rowsLookedAt(plan)).toBe(5 + 20 + 3 + 10 + 7);
});
