import pg from 'pg';

/**
 * How many records of the Postgres log some group has not passed: what would be left behind by a move to another log.
 * Topics named in `consumed` count whole where no group has recorded how far it got: their reader may never have run.
 * 0 when there is no such log.
 */
export async function orphanedRecords(connectionString: string, consumed: readonly string[]): Promise<bigint> {
  const client = new pg.Client({ connectionString, application_name: 'sluice-stream-check' });
  await client.connect();
  try {
    const { rows: found } = await client.query("select 1 where to_regclass('stream.progress') is not null");
    if (found.length === 0) return 0n;
    const { rows } = await client.query<{ orphaned: string }>(
      `select coalesce(sum(greatest(next_position - reached, 0)), 0) as orphaned from (
         select p.next_position, greatest(min(g.position), p.first_position) as reached
           from stream.partition p
           join stream.topic t on t.id = p.topic_id
           left join stream.progress g using (topic_id, partition)
           where g.position is not null or t.name = any($1)
           group by p.topic_id, p.partition
       ) each_partition`,
      [consumed],
    );
    return BigInt(rows[0]?.orphaned ?? 0);
  } finally {
    await client.end();
  }
}
