import pg from 'pg';

/**
 * Has a PostgreSQL whose disk is full ask for the next file of its write-ahead log, as it does by itself when the one that it
 * has is used up. It shuts down: resolves when it no longer answers.
 */
export async function useUpLog(connectionString: string): Promise<void> {
  for (;;) {
    const client = new pg.Client({ connectionString });
    client.on('error', () => {});
    try {
      await client.connect();
      for (;;) await client.query("select pg_logical_emit_message(true, 'use up', 'log'), pg_switch_wal()");
    } catch (error) {
      // Any other error is its answer to one statement, or to one connection while it ends.
      if ((error as NodeJS.ErrnoException).code === 'ECONNREFUSED') return;
    } finally {
      await client.end().catch(() => {});
    }
  }
}
