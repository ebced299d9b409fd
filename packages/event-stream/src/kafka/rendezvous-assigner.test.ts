import kafkajs from 'kafkajs';
import { expect, it } from 'vitest';
import { rendezvousAssigner } from './rendezvous-assigner.js';

const topic = 'topic';
const partitions = Array.from({ length: 32 }, (_, partitionId) => ({ partitionId }));

const cluster = {
  findTopicPartitionMetadata: () =>
    partitions.map(({ partitionId }) => ({ partitionId, partitionErrorCode: 0, leader: 1, replicas: [1], isr: [1] })),
};
const assignerOf = (member: string) => rendezvousAssigner(member)({ cluster });

/** The partitions of each member id, as the leader of the group would tell them. */
async function assign(members: Record<string, string>): Promise<Map<string, number[]>> {
  const joined = Object.entries(members).map(([memberId, name]) => {
    return { memberId, memberMetadata: assignerOf(name).protocol({ topics: [topic] }).metadata };
  });
  const assignments = await assignerOf('leader').assign({ members: joined, topics: [topic] });
  return new Map(
    assignments.map(({ memberId, memberAssignment }) => {
      const decoded = kafkajs.AssignerProtocol.MemberAssignment.decode(memberAssignment);
      return [memberId, decoded?.assignment[topic] ?? []];
    }),
  );
}

const all = (assignment: Map<string, number[]>) => [...assignment.values()].flat().sort((a, b) => a - b);

it('depends on the names of the members alone, not on the ids that the broker gives them', async () => {
  const before = await assign({ 'id-1': 'a', 'id-2': 'b' });
  const after = await assign({ 'id-9': 'a', 'id-0': 'b' });
  expect(all(before)).toEqual(partitions.map(({ partitionId }) => partitionId));
  expect(after.get('id-9')).toEqual(before.get('id-1'));
  expect(after.get('id-0')).toEqual(before.get('id-2'));
});

it('gives each partition to one of two members of one name', async () => {
  const assignment = await assign({ 'id-1': 'a', 'id-2': 'a', 'id-3': 'b' });
  expect(all(assignment)).toEqual(partitions.map(({ partitionId }) => partitionId));
  const alone = await assign({ 'id-1': 'a', 'id-3': 'b' });
  for (const partition of assignment.get('id-3') ?? []) expect(alone.get('id-3')).toContain(partition);
});
