import { startEmbeddedPostgres } from '@sluice/embedded-postgres/embedded-postgres';
import { removeFolder, temporaryFolder } from '@sluice/testing/temporary-folder';
import pg from 'pg';
import { onTestFinished } from 'vitest';
import type { ConformanceHarness } from '../conformance/harness.js';
import { TcpLine } from '../conformance/tcp-line.js';
import { describeConformance } from '../conformance.js';
import { migratePostgresStream } from './migrate.js';
import { openPostgresStream } from './postgres-stream.js';

/** A server of our own, since the suite stops it; reached over one line, so that its port may change. */
async function start(): Promise<ConformanceHarness> {
  const directory = temporaryFolder('stream');
  const options = { directory, settings: { fsync: 'off', max_connections: '300' } };
  let server = await startEmbeddedPostgres(options);
  const target = { host: '127.0.0.1', port: server.port };
  const front = await TcpLine.to(target);
  const through = (line: TcpLine): string => {
    const url = new URL(server.url());
    url.port = String(line.port);
    return url.href;
  };
  await migratePostgresStream(through(front));
  return {
    open: () => openPostgresStream({ connectionString: through(front) }),
    openBehindLine: async () => {
      const line = await TcpLine.to({ host: '127.0.0.1', port: front.port });
      onTestFinished(() => line.close());
      return { stream: await openPostgresStream({ connectionString: through(line) }), line };
    },
    log: {
      stop: () => server.stop(),
      start: async () => {
        server = await startEmbeddedPostgres(options);
        target.port = server.port;
      },
    },
    holdPublish: async (topic, { headers, value }) => {
      const client = new pg.Client({ connectionString: through(front) });
      await client.connect();
      await client.query('begin');
      await client.query(
        `select stream.append(array[id], array[0], array[1], array[1], array[0], array[0], array[-1], array[$2::int],
           array[$3::int], $4) from stream.topic where name = $1`,
        [
          topic,
          Buffer.byteLength(JSON.stringify(headers)),
          value?.length ?? -1,
          Buffer.concat([Buffer.from(JSON.stringify(headers)), value ?? Buffer.alloc(0)]),
        ],
      );
      return {
        commit: async () => {
          await client.query('commit');
          await client.end();
        },
      };
    },
    close: async () => {
      await front.close();
      await server.stop();
      removeFolder(directory);
    },
  };
}

describeConformance('the Postgres stream', start);
