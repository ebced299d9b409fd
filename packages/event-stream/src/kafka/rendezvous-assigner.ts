import { createHash } from 'node:crypto';
import kafkajs, { type PartitionAssigner } from 'kafkajs';

/** Members must agree on it: a group whose members know no common assigner doesn't form. */
const name = 'sluice-rendezvous';
const version = 1;
const { MemberAssignment, MemberMetadata } = kafkajs.AssignerProtocol;

/**
 * For each partition the member whose hash with it is the highest. So a member that joins takes partitions from all and
 * nothing moves between the others, and one that comes back under its name gets what it had.
 */
export function rendezvous(partitions: readonly number[], members: readonly string[]): Map<string, number[]> {
  const shares = new Map(members.map((member) => [member, [] as number[]]));
  for (const partition of partitions) {
    let highest: { member: string; weight: bigint } | null = null;
    for (const member of members) {
      const weight = createHash('sha256').update(`${partition}\0${member}`).digest().readBigUInt64BE();
      if (!highest || weight > highest.weight || (weight === highest.weight && member > highest.member)) {
        highest = { member, weight };
      }
    }
    if (highest) shares.get(highest.member)?.push(partition);
  }
  return shares;
}

/** kafkajs' form of {@link rendezvous}; each member sends its stable name along when it joins. */
export const rendezvousAssigner =
  (member: string): PartitionAssigner =>
  ({ cluster }) => ({
    name,
    version,
    protocol: ({ topics }) => ({
      name,
      metadata: MemberMetadata.encode({ version, topics, userData: Buffer.from(member) }),
    }),
    assign: async ({ members, topics }) => {
      const memberIds = uniqueNames(members);
      const assignments = new Map([...memberIds.values()].map((id) => [id, {} as Record<string, number[]>]));
      for (const topic of topics) {
        const partitions = cluster.findTopicPartitionMetadata(topic).map(({ partitionId }) => partitionId);
        for (const [uniqueName, share] of rendezvous(partitions, [...memberIds.keys()])) {
          const assignment = assignments.get(memberIds.get(uniqueName) ?? '');
          if (assignment) assignment[topic] = share;
        }
      }
      return [...assignments].map(([memberId, assignment]) => ({
        memberId,
        memberAssignment: MemberAssignment.encode({ version, assignment, userData: Buffer.alloc(0) }),
      }));
    },
  });

/**
 * Member ids by name. Two of one name happen for a session's length when an instance was killed and started again; the
 * second goes by its name and id until the first is gone.
 */
function uniqueNames(members: readonly { memberId: string; memberMetadata: Buffer }[]): Map<string, string> {
  const ids = new Map<string, string>();
  for (const { memberId, memberMetadata } of [...members].sort((a, b) => (a.memberId < b.memberId ? -1 : 1))) {
    const stable = MemberMetadata.decode(memberMetadata)?.userData.toString() ?? memberId;
    ids.set(ids.has(stable) ? `${stable}\0${memberId}` : stable, memberId);
  }
  return ids;
}
