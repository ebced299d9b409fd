import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rendezvous } from './rendezvous-assigner.js';

const partitions = Array.from({ length: 32 }, (_, partition) => partition);
const names = fc.uniqueArray(fc.string({ minLength: 1 }), { minLength: 1, maxLength: 12 });

function owners(members: readonly string[]): Map<number, string> {
  const found = new Map<number, string>();
  for (const [member, share] of rendezvous(partitions, members)) for (const each of share) found.set(each, member);
  return found;
}

describe('rendezvous', () => {
  it('gives each partition to one member, whatever the order of the names', () => {
    fc.assert(
      fc.property(names, (members) => {
        expect([...owners(members).keys()].sort((a, b) => a - b)).toEqual(partitions);
        expect(owners([...members].reverse())).toEqual(owners(members));
      }),
    );
  });

  it('moves to a member that joins only what it gets, and back when it leaves', () => {
    fc.assert(
      fc.property(names, fc.string({ minLength: 1 }), (members, joining) => {
        fc.pre(!members.includes(joining));
        const before = owners(members);
        for (const [partition, owner] of owners([...members, joining])) {
          if (owner !== joining) expect(owner).toBe(before.get(partition));
        }
      }),
    );
  });

  it('shares out about evenly', () => {
    const members = ['dispatcher-0', 'dispatcher-1', 'dispatcher-2', 'dispatcher-3'];
    const shares = rendezvous(
      Array.from({ length: 4_000 }, (_, partition) => partition),
      members,
    );
    for (const share of shares.values()) expect(Math.abs(share.length - 1_000)).toBeLessThan(150);
  });
});
