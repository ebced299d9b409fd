import type pg from 'pg';

/** A pool that keeps how PostgreSQL went about each statement, with the settings of a dispatcher's connections. */
export function explaining(pool: pg.Pool, plans: string[]): pg.Pool {
  const query = async (asked: string | pg.QueryConfig, given: unknown[] = []) => {
    const [text, values] = typeof asked === 'string' ? [asked, given] : [asked.text, asked.values ?? []];
    const client = await pool.connect();
    try {
      await client.query('begin');
      for (const scan of ['seqscan', 'hashjoin', 'mergejoin']) await client.query(`set local enable_${scan} = off`);
      const { rows } = await client.query(`explain (analyze, costs off, timing off) ${text}`, values);
      plans.push(rows.map((row) => row['QUERY PLAN']).join('\n'));
      await client.query('rollback');
      return await client.query(text, values);
    } finally {
      client.release();
    }
  };
  return { query } as unknown as pg.Pool;
}
