import kafkajs, { type Assigner, type Cluster } from 'kafkajs';
import { rendezvousOwner } from '../rendezvous.js';

/** Members must agree on it: a group whose members know no common assigner doesn't form. */
const name = 'sluice-rendezvous';
const version = 1;
const { MemberAssignment, MemberMetadata } = kafkajs.AssignerProtocol;

/** Assigns by {@link rendezvousOwner} over the members' stable names, which each sends along when it joins. */
export const rendezvousAssigner =
  (member: string) =>
  ({ cluster }: { cluster: Pick<Cluster, 'findTopicPartitionMetadata'> }): Assigner => ({
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
        for (const { partitionId } of cluster.findTopicPartitionMetadata(topic)) {
          const owner = rendezvousOwner(memberIds.keys(), partitionId);
          const assignment = assignments.get(memberIds.get(owner ?? '') ?? '');
          if (assignment) assignment[topic] = [...(assignment[topic] ?? []), partitionId];
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
