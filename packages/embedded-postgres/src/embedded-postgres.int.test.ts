import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type EmbeddedPostgres, startEmbeddedPostgres } from './embedded-postgres.js';

let parent: string;
let directory: string;
const started: EmbeddedPostgres[] = [];

beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'embedded-postgres-'));
  chmodSync(parent, 0o755);
  directory = join(parent, '.sluice');
});

afterEach(async () => {
  for (const server of started.splice(0)) await server.stop();
  const data = join(directory, 'postgres');
  if (existsSync(data)) rmSync(realpathSync(data), { recursive: true, force: true });
  rmSync(parent, { recursive: true, force: true });
});

async function start(): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres({ directory, settings: { fsync: 'off' } });
  started.push(server);
  return server;
}

async function query<T extends pg.QueryResultRow>(server: EmbeddedPostgres, sql: string): Promise<T[]> {
  const client = new pg.Client({ connectionString: server.url() });
  await client.connect();
  try {
    return (await client.query<T>(sql)).rows;
  } finally {
    await client.end();
  }
}

const remember = (server: EmbeddedPostgres) => query(server, 'create table memory as select 42 as answer');
const recall = (server: EmbeddedPostgres) => query<{ answer: number }>(server, 'select answer from memory');

describe('embedded PostgreSQL', () => {
  it('starts with UTF-8 and the C locale, whatever the environment says', async () => {
    const language = process.env.LANG;
    delete process.env.LANG;
    try {
      const server = await start();
      const [row] = await query(
        server,
        "select current_setting('server_encoding') as encoding, datcollate from pg_database where datname = 'postgres'",
      );
      expect(row).toEqual({ encoding: 'UTF8', datcollate: 'C' });
    } finally {
      if (language !== undefined) process.env.LANG = language;
    }
  });

  it('keeps its data over a clean stop', async () => {
    const first = await start();
    await remember(first);
    await first.stop();
    expect(await recall(await start())).toEqual([{ answer: 42 }]);
  });

  it('adopts a server that still runs on the data', async () => {
    const first = await start();
    await remember(first);
    const second = await start();
    expect(second).toMatchObject({ adopted: true, pid: first.pid, port: first.port });
    expect(await recall(second)).toEqual([{ answer: 42 }]);
  });

  it('outlives the process that started it, so that the next one can adopt it', async () => {
    const program = `
      const { startEmbeddedPostgres } = await import(${JSON.stringify(new URL('../dist/embedded-postgres.js', import.meta.url).href)});
      const server = await startEmbeddedPostgres({ directory: process.argv[1], settings: { fsync: 'off' } });
      console.log(server.pid);
      setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', program, directory], { stdio: 'pipe' });
    const [pid] = (await once(child.stdout, 'data')) as [Buffer];
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(await start()).toMatchObject({ adopted: true, pid: Number(pid) });
  });

  it('recovers after the server itself was killed', async () => {
    const first = await start();
    await remember(first);
    process.kill(first.pid, 'SIGKILL');
    expect(await recall(await start())).toEqual([{ answer: 42 }]);
  });

  it('clears a lock file whose process id belongs to somebody else now', async () => {
    const first = await start();
    await remember(first);
    const data = (await query<{ data_directory: string }>(first, 'show data_directory'))[0]?.data_directory ?? '';
    await first.stop();
    writeFileSync(join(data, 'postmaster.pid'), `${process.pid}\n${data}\n0\n1\n\n127.0.0.1\n`);
    const second = await start();
    expect(second.adopted).toBe(false);
    expect(await recall(second)).toEqual([{ answer: 42 }]);
  });

  it('waits for a server that is on its way down, and starts anew', async () => {
    const first = await start();
    await remember(first);
    const stopping = first.stop();
    const second = await start();
    await stopping;
    expect(await recall(second)).toEqual([{ answer: 42 }]);
  });

  it('keeps the password from other users', async () => {
    await start();
    expect(statSync(join(directory, 'postgres-password')).mode & 0o777).toBe(0o600);
  });

  it('runs from a private home of root, with its data where the server may go', async (context) => {
    if (process.getuid?.() !== 0) context.skip('only root has to hand the server to another user');
    chmodSync(parent, 0o700);
    const server = await start();
    await remember(server);
    await server.stop();
    expect(await recall(await start())).toEqual([{ answer: 42 }]);
    expect(realpathSync(join(directory, 'postgres'))).toMatch(/^\/var\/lib\/sluice\//);
  });

  it('begins afresh when its folder was deleted, also while the old server ran', async (context) => {
    if (process.getuid?.() !== 0) context.skip('elsewhere the data are in the folder that was deleted');
    chmodSync(parent, 0o700);
    await remember(await start());
    rmSync(directory, { recursive: true });
    const second = await start();
    await expect(recall(second)).rejects.toThrow('does not exist');
  });

  it('runs for an ordinary user', async (context) => {
    if (process.getuid?.() !== 0) context.skip('the other tests already run as an ordinary user');
    chmodSync(parent, 0o777);
    const program = `
      const { startEmbeddedPostgres } = await import(${JSON.stringify(new URL('../dist/embedded-postgres.js', import.meta.url).href)});
      const server = await startEmbeddedPostgres({ directory: process.argv[1], settings: { fsync: 'off' } });
      await server.stop();
      console.log('stopped');`;
    const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program, directory], {
      uid: 65534,
      gid: 65534,
      encoding: 'utf8',
      env: { PATH: process.env.PATH },
    });
    expect(stderr).toBe('');
    expect(stdout).toBe('stopped\n');
  });
});
