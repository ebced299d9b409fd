import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fairShares } from './fair-shares.js';

test('accounts take turns, then the webhooks of each', () => {
  const many = Array.from({ length: 100 }, (_, n) => ({ webhookId: `many-${n}`, accountId: 'many', free: 50 }));
  const shares = fairShares(10, [...many, { webhookId: 'single', accountId: 'one', free: 50 }]);
  expect(shares.get('single')).toBe(5);
  expect([...shares.values()].reduce((sum, share) => sum + share)).toBe(10);
});

const claimants = fc.uniqueArray(
  fc.record({
    webhookId: fc.integer().map(String),
    accountId: fc.constantFrom('a', 'b', 'c'),
    free: fc.integer({ min: -1, max: 20 }),
  }),
  { selector: ({ webhookId }) => webhookId, maxLength: 12 },
);

test('everything that is free is shared out, up to the total, and nobody gets more than is free', () => {
  fc.assert(
    fc.property(claimants, fc.nat(60), (list, total) => {
      const shares = fairShares(total, list);
      for (const { webhookId, free } of list) {
        expect(shares.get(webhookId) ?? 0).toBeLessThanOrEqual(Math.max(0, free));
      }
      const free = list.reduce((sum, claimant) => sum + Math.max(0, claimant.free), 0);
      expect([...shares.values()].reduce((sum, share) => sum + share, 0)).toBe(Math.min(total, free));
    }),
  );
});

test('within an account no webhook is two places behind another while it could have more', () => {
  fc.assert(
    fc.property(claimants, fc.nat(60), (list, total) => {
      const shares = fairShares(total, list);
      for (const one of list) {
        for (const other of list) {
          if (one.accountId !== other.accountId) continue;
          const mine = shares.get(one.webhookId) ?? 0;
          if (mine < one.free) expect(shares.get(other.webhookId) ?? 0).toBeLessThanOrEqual(mine + 1);
        }
      }
    }),
  );
});
