import pg from 'pg';

/**
 * Settings of every connection that works on schema `dispatch`. All its statements go through an index by a few hundred
 * keys. A plan that was made while a table was small may read the whole of it once it has grown, until statistics catch up
 * a minute later: so each is planned anew for what it is asked with, and what reads whole tables is priced out. JIT would be
 * started by that price. A transaction whose client fell silent gives its row locks back after ten seconds.
 */
const SETTINGS = [
  'enable_seqscan=off',
  'enable_hashjoin=off',
  'enable_mergejoin=off',
  'jit=off',
  'plan_cache_mode=force_custom_plan',
  'statement_timeout=30s',
  'idle_in_transaction_session_timeout=10s',
]
  .map((setting) => `-c ${setting}`)
  .join(' ');

/** Connections for the dispatcher's storage, `max` at most. A connection that breaks is replaced, never a crash. */
export function openDispatchPool(connectionString: string, max = 6, overrides: Partial<pg.PoolConfig> = {}): pg.Pool {
  const pool = new pg.Pool({
    connectionString,
    max,
    options: SETTINGS,
    connectionTimeoutMillis: 5_000,
    // Longer than the server's own limit: what it does not answer by then, a dead connection for instance, never comes.
    query_timeout: 35_000,
    keepAlive: true,
    ...overrides,
  });
  const ignored = () => {
    // whoever has a query under way gets the error; an idle connection just goes
  };
  pool.on('error', ignored);
  pool.on('connect', (client) => client.on('error', ignored));
  return pool;
}
