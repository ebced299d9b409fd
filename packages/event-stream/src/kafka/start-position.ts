import { Gather } from '../gather.js';
import type { KafkaTopics } from './topics.js';

type Topics = Pick<KafkaTopics, 'committed' | 'ranges' | 'positionsAt'>;

interface Reading {
  topic: string;
  group: string;
  start: 'earliest' | Date;
}

export interface StartPosition {
  position: bigint;
  /** By the group. */
  isCommitted: boolean;
}

/**
 * Where a group goes on in a partition: where it has committed to be, else at the oldest record, or at the first one of this
 * time or later, the end where there is none. One question for all partitions that are asked for at the same time: each answer is
 * of the whole topic.
 * The function throws when the answer lacks the partition: a broker may not have heard yet that the topic grew, and the
 * partition's end, learnt a moment later, would be beyond records that count.
 */
export function startPositions(topics: Topics, reading: Reading): (partition: number) => Promise<StartPosition> {
  const { topic, group } = reading;
  const positions = new Gather<number, StartPosition | undefined>(
    async (partitions) => {
      const committed = await topics.committed(topic, group);
      const isComplete = partitions.every((partition) => committed.has(partition));
      const starts = isComplete ? committed : await startsOf(topics, reading);
      return partitions.map((partition) => {
        const position = committed.get(partition) ?? starts.get(partition);
        return position === undefined ? undefined : { position, isCommitted: committed.has(partition) };
      });
    },
    { items: Number.POSITIVE_INFINITY, bytes: Number.POSITIVE_INFINITY },
  );
  return async (partition) => {
    const [found] = await positions.add([partition], 0);
    if (found === undefined) throw new Error(`${topic} has no partition ${partition}`);
    return found;
  };
}

async function startsOf(topics: Topics, { topic, start }: Reading): Promise<Map<number, bigint>> {
  if (start !== 'earliest') return topics.positionsAt(topic, start);
  return new Map((await topics.ranges(topic)).map(({ partition, first }) => [partition, first]));
}
