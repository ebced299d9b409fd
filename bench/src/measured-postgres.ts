import { type EmbeddedPostgres, startEmbeddedPostgres } from '@sluice/embedded-postgres/embedded-postgres';
import pg from 'pg';
import { familyTimeUs } from './process-time.js';

/** Begins each of the bench's own statements. */
const OWN = '/* bench */ ';

/** PostgreSQL as standalone runs it, beside which statements are counted. */
export class MeasuredPostgres {
  private constructor(
    private readonly server: EmbeddedPostgres,
    private readonly client: pg.Client,
  ) {}

  /** @param directory as a standalone's state directory; the server is the one that standalone takes over. */
  static async start(directory: string): Promise<MeasuredPostgres> {
    const server = await startEmbeddedPostgres({
      directory,
      settings: { shared_preload_libraries: 'pg_stat_statements', 'pg_stat_statements.max': '1000' },
    });
    const client = new pg.Client({ connectionString: server.url() });
    // It ends when the server does.
    client.on('error', () => {});
    await client.connect();
    await client.query('create extension if not exists pg_stat_statements');
    return new MeasuredPostgres(server, client);
  }

  get url(): string {
    return this.server.url();
  }

  /** CPU time of the server with all its processes; null where the system does not tell. */
  timeUs(): number | null {
    return familyTimeUs(this.server.pid);
  }

  /** Statements that clients have sent so far, BEGIN and COMMIT included, but for the bench's own. */
  async statements(): Promise<number> {
    const [row] = await this.query<{ calls: string }>(
      `select coalesce(sum(calls), 0) as calls from pg_stat_statements where query not like '${OWN}%'`,
    );
    return Number(row?.calls);
  }

  /** How far the dispatchers have settled the log, all partitions together. */
  async settled(): Promise<bigint> {
    const [row] = await this.query<{ position: string }>(
      'select coalesce(sum(position), 0) as position from dispatch.partition',
    );
    return BigInt(row?.position ?? 0);
  }

  async query<Row extends pg.QueryResultRow>(text: string, values: unknown[] = []): Promise<Row[]> {
    return (await this.client.query<Row>(OWN + text, values)).rows;
  }

  async stop(): Promise<void> {
    await this.client.end().catch(() => {});
    await this.server.stop();
  }
}
