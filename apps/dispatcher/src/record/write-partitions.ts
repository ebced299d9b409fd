import type { ClientBase, Pool } from 'pg';
import { int4Array, int8Array } from '../database/binary-array.js';

/** What a transaction does to a partition: check that the epoch is still ours, move the position, renew the lease. */
export interface PartitionStep {
  partition: number;
  epoch: bigint;
  /** Null leaves it where it is. */
  position: bigint | null;
  /** Every record before it is recorded, though deliveries may be open; null leaves it where it is. */
  recorded: bigint | null;
}

/** Neither goes back: the former owner's last transaction may have come further than what we know. */
const MOVE = `
  with held as materialized (
    select p.partition, w.position, w.recorded
    from unnest($1::int4[], $2::int8[], $3::int8[], $6::int8[]) as w(partition, epoch, position, recorded)
    join dispatch.partition p on p.partition = w.partition and p.epoch = w.epoch
    order by p.partition
    for update of p
  )
  update dispatch.partition p
  set position = greatest(p.position, held.position),
      recorded = greatest(p.recorded, held.recorded),
      lease_until = now() + ($4::float8 + $5::float8) * interval '1 millisecond'
  from held
  where p.partition = held.partition
  returning p.partition`;

/**
 * First statement of each recording transaction. Answers the partitions whose epoch is still ours; their rows stay
 * locked until the transaction ends, so nobody can take them meanwhile. Locks are taken in the order of partitions,
 * whatever the order of `steps`: two dispatchers never wait for each other.
 */
export async function movePartitions(
  client: ClientBase | Pool,
  steps: readonly PartitionStep[],
  { leaseMs, shiftMs }: { leaseMs: number; shiftMs: number },
): Promise<Set<number>> {
  const { rows } = await client.query<{ partition: number }>({
    name: 'dispatch-move-partitions',
    text: MOVE,
    values: [
      int4Array(steps.map((step) => step.partition)),
      int8Array(steps.map((step) => step.epoch)),
      int8Array(steps.map((step) => step.position)),
      leaseMs,
      shiftMs,
      int8Array(steps.map((step) => step.recorded)),
    ],
  });
  return new Set(rows.map((row) => row.partition));
}
