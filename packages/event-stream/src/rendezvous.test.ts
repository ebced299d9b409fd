import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rendezvousOwner } from './rendezvous.js';

const names = fc.uniqueArray(fc.string({ minLength: 1 }), { minLength: 1, maxLength: 8 });

describe('rendezvousOwner', () => {
  it('gives the same owner whatever the order in which the members are known', () => {
    fc.assert(
      fc.property(names, fc.nat(64), (members, partition) => {
        expect(rendezvousOwner([...members].reverse(), partition)).toBe(rendezvousOwner(members, partition));
      }),
    );
  });

  it('moves a partition only to a member that joins', () => {
    fc.assert(
      fc.property(names, fc.string({ minLength: 1 }), fc.nat(64), (members, joining, partition) => {
        const before = rendezvousOwner(members, partition);
        expect([before, joining]).toContain(rendezvousOwner([...members, joining], partition));
      }),
    );
  });

  it('has no owner without members', () => {
    expect(rendezvousOwner([], 0)).toBeUndefined();
  });
});
