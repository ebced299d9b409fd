import type { KafkaTopics } from './topics.js';

/**
 * Where a partition begins: at its oldest record, or at the first one of this time or later, the end where there is none.
 * @throws Error when the answer lacks the partition: a broker may not have heard yet that the topic grew, and the partition's end,
 * learnt a moment later, would be beyond records that count.
 */
export async function startPosition(
  topics: Pick<KafkaTopics, 'ranges' | 'positionsAt'>,
  topic: string,
  partition: number,
  start: 'earliest' | Date,
): Promise<bigint> {
  const found =
    start === 'earliest'
      ? (await topics.ranges(topic)).find((range) => range.partition === partition)?.first
      : (await topics.positionsAt(topic, start)).get(partition);
  if (found === undefined) throw new Error(`${topic} has no partition ${partition}`);
  return found;
}
