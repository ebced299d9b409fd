import type { Pool } from 'pg';
import type { TakenPartition } from './recording.js';

const LIVING_OTHER = `
  select true from dispatch.partition
  where partition = $1 and owner <> $2 and lease_until > now() + $3::float8 * interval '1 millisecond'`;

const TAKE = `
  insert into dispatch.partition as p (partition, epoch, owner, lease_until, position)
  values ($1, 1, $2, now() + ($3::float8 + $4::float8) * interval '1 millisecond', null)
  on conflict (partition) do update
  set epoch = p.epoch + 1, owner = excluded.owner, lease_until = excluded.lease_until
  returning epoch, position`;

const KNOWN = `
  select id from dispatch.delivery where partition = $1 and position >= $2
  union
  select id from dispatch.pending where partition = $1 and position >= $2`;

const GIVE_UP = `
  update dispatch.partition set epoch = epoch + 1, lease_until = now() + $3::float8 * interval '1 millisecond'
  where partition = $1 and epoch = $2`;

const LOWEST = -(2n ** 63n);

/** Whether another dispatcher works on the partition and has renewed its lease in time. */
export async function isHeldByOther(pool: Pool, partition: number, owner: string, shiftMs: number): Promise<boolean> {
  const { rowCount } = await pool.query(LIVING_OTHER, [partition, owner, shiftMs]);
  return rowCount === 1;
}

/**
 * Takes the partition under the next epoch, whoever has it: from this commit on nothing is written under the old one.
 * Then loads what is recorded at or beyond the position, which by now includes the former owner's last transaction.
 */
export async function takePartition(
  pool: Pool,
  partition: number,
  owner: string,
  { leaseMs, shiftMs }: { leaseMs: number; shiftMs: number },
): Promise<TakenPartition> {
  const taken = await pool.query<{ epoch: string; position: string | null }>(TAKE, [
    partition,
    owner,
    leaseMs,
    shiftMs,
  ]);
  const { epoch, position } = taken.rows[0]!;
  const known = await pool.query<{ id: string }>(KNOWN, [partition, (position ?? LOWEST).toString()]);
  return {
    partition,
    epoch: BigInt(epoch),
    position: position === null ? null : BigInt(position),
    known: new Set(known.rows.map((row) => row.id)),
  };
}

/**
 * Ends the lease, so that the next owner need not wait for it, and the epoch, so that no renewal on its way revives it. Does nothing when
 * the epoch is no longer ours.
 */
export async function givePartitionUp(pool: Pool, partition: number, epoch: bigint, shiftMs: number): Promise<void> {
  await pool.query(GIVE_UP, [partition, epoch.toString(), shiftMs]);
}
