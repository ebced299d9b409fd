import { createHash } from 'node:crypto';

const weight = (member: string, partition: number): bigint =>
  createHash('sha256').update(`${partition}\u0000${member}`).digest().readBigUInt64BE();

/**
 * Which member a partition falls to: the one with the highest hash of both names (rendezvous hashing). It depends on
 * nothing else, so that all members find the same answer, a join moves only what the new member gets, and a leave only
 * what the old one had. Undefined without members.
 */
export function rendezvousOwner(members: Iterable<string>, partition: number): string | undefined {
  let owner: string | undefined;
  let heaviest = -1n;
  for (const member of members) {
    const mine = weight(member, partition);
    if (mine <= heaviest) continue;
    owner = member;
    heaviest = mine;
  }
  return owner;
}
