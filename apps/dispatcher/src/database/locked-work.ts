import type { Pool, PoolClient } from 'pg';

/**
 * Does the work while holding an advisory lock of the database, on the connection that holds it; does nothing while another
 * dispatcher holds it. Throws what the work throws.
 *
 * @param lock a number that nothing else locks in this database.
 */
export async function whileLocked(
  pool: Pool,
  lock: number,
  work: (client: PoolClient) => Promise<void>,
): Promise<void> {
  const client = await pool.connect();
  try {
    const { rows } = await client.query<{ mine: boolean }>('select pg_try_advisory_lock($1) as mine', [lock]);
    if (rows[0]?.mine === true) {
      await work(client);
      await client.query('select pg_advisory_unlock($1)', [lock]);
    }
    client.release();
  } catch (error) {
    // The lock goes with the connection.
    client.release(true);
    throw error;
  }
}
