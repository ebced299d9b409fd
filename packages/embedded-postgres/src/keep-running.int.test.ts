import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { EmbeddedPostgres } from './embedded-postgres.js';
import { keepEmbeddedPostgres } from './keep-running.js';
import { isAlive } from './postmaster-file.js';

let directory: string;
let server: EmbeddedPostgres;
let restarts: (Error | null)[];

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'keep-running-'));
  chmodSync(directory, 0o755);
  restarts = [];
  server = await keepEmbeddedPostgres({ directory, settings: { fsync: 'off' } }, (failure) => restarts.push(failure));
});

afterEach(async () => {
  await server.stop();
  rmSync(directory, { recursive: true, force: true });
});

async function query(sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: server.url() });
  client.on('error', () => {});
  try {
    await client.connect();
    return (await client.query(sql)).rows;
  } finally {
    await client.end().catch(() => {});
  }
}

it.each(['SIGKILL', 'SIGQUIT', 'SIGINT'] as const)('is there again after %s, at the same address', async (signal) => {
  await query('create table memory as select 42 as answer');
  const { pid, port } = server;
  process.kill(pid, signal);
  await expect.poll(() => query('table memory').catch(() => null), { timeout: 30_000 }).toEqual([{ answer: 42 }]);
  await expect.poll(() => server.pid, { timeout: 30_000 }).not.toBe(pid);
  expect(server.port).toBe(port);
  expect(restarts.at(-1)).toBeNull();
});

it('stays away once it was stopped', async () => {
  const { pid } = server;
  await server.stop();
  expect(isAlive(pid)).toBe(false);
  await expect(query('select 1')).rejects.toThrow('ECONNREFUSED');
  expect(restarts).toEqual([]);
});
