import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Affixes } from './affixes.js';

test.each(['start', 'end'] as const)('affixes find what a scan finds at the %s', (side) => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 5 });
  fc.assert(
    fc.property(fc.uniqueArray(text), fc.uniqueArray(text), text, (kept, dropped, asked) => {
      const affixes = new Affixes<string>(side);
      for (const affix of [...kept, ...dropped]) affixes.add(affix, affix);
      for (const affix of dropped) affixes.delete(affix, affix);
      const found: string[] = [];
      affixes.find(asked, (affix) => found.push(affix));
      const left = kept.filter((affix) => !dropped.includes(affix));
      const scan = left.filter((affix) => (side === 'start' ? asked.startsWith(affix) : asked.endsWith(affix)));
      expect(found.sort()).toEqual(scan.sort());
      for (const affix of left) affixes.delete(affix, affix);
      expect(affixes.size).toBe(0);
    }),
  );
});
