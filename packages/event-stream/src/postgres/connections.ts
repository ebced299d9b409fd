import pg from 'pg';
import { StreamUnavailable } from '../event-stream.js';
import type { StreamLog } from '../stream-log.js';

const RETRY_AFTER_SECONDS = 2;
const CONNECT_MS = 3_000;
const ANSWER_MS = 10_000;

/** SQLSTATE classes that speak of the statement or its data; all others speak of the server's state. */
const LASTING = /^(?:0A|22|23|42|54)/;

/** What a failed statement means to the caller: {@link StreamUnavailable} when asking again later makes sense. */
function asStreamFault(error: unknown): unknown {
  if (error instanceof TypeError || error instanceof RangeError || !(error instanceof Error)) return error;
  if (error instanceof StreamUnavailable) return error;
  if (error instanceof pg.DatabaseError && LASTING.test(error.code ?? '')) return error;
  return new StreamUnavailable(`the database does not answer: ${error.message}`, RETRY_AFTER_SECONDS, { cause: error });
}

/** One kind of work's share of connections: readers never make a publisher wait, nor either the heartbeats. */
class Connections {
  #pool: pg.Pool;

  constructor(connectionString: string, purpose: string, max: number, log: StreamLog) {
    this.#pool = new pg.Pool({
      connectionString,
      max,
      application_name: `sluice-stream-${purpose}`,
      connectionTimeoutMillis: CONNECT_MS,
      query_timeout: ANSWER_MS,
      statement_timeout: ANSWER_MS,
      keepAlive: true,
    });
    // An idle connection that breaks is replaced at its next use.
    this.#pool.on('error', (error) => log.warn({ purpose, error: error.message }, 'stream.connection.lost'));
  }

  /** Rows of one statement. Throws as {@link asStreamFault} says. */
  async rows<Row extends pg.QueryResultRow>(
    text: string,
    values: readonly unknown[] = [],
    name?: string,
  ): Promise<Row[]> {
    try {
      const query = { text, values: [...values], ...(name === undefined ? {} : { name }) };
      return (await this.#pool.query<Row>(query)).rows;
    } catch (error) {
      throw asStreamFault(error);
    }
  }

  /** All or nothing. */
  async transaction<Result>(work: (client: pg.PoolClient) => Promise<Result>): Promise<Result> {
    let client: pg.PoolClient | undefined;
    try {
      client = await this.#pool.connect();
      await client.query('begin');
      const result = await work(client);
      await client.query('commit');
      client.release();
      return result;
    } catch (error) {
      client?.release(true);
      throw asStreamFault(error);
    }
  }

  end(): Promise<void> {
    return this.#pool.end();
  }
}

/** The connections of one {@link EventStream}, by purpose. */
export interface StreamConnections {
  append: Connections;
  read: Connections;
  control: Connections;
  /** A connection of its own, that LISTENs. The caller ends it. */
  listener(): pg.Client;
  end(): Promise<void>;
}

/** Opens no connection yet: each is made with the first statement that needs it. */
export function connectStream(connectionString: string, log: StreamLog): StreamConnections {
  const append = new Connections(connectionString, 'append', 1, log);
  const read = new Connections(connectionString, 'read', 4, log);
  const control = new Connections(connectionString, 'control', 2, log);
  return {
    append,
    read,
    control,
    listener: () =>
      new pg.Client({
        connectionString,
        application_name: 'sluice-stream-listen',
        connectionTimeoutMillis: CONNECT_MS,
        query_timeout: CONNECT_MS,
        keepAlive: true,
      }),
    end: async () => {
      await Promise.all([append.end(), read.end(), control.end()]);
    },
  };
}
