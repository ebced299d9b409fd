import { join } from 'node:path';
import { ownPort } from '@sluice/testing/own-port';
import { createDatabase, type TestDatabase } from '@sluice/testing/postgres';
import { answersWell, eventually } from '@sluice/testing/stack/built-process';
import { removeFolder, temporaryFolder } from '@sluice/testing/temporary-folder';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { CommandLine, interrupt } from './src/command-line.js';
import { RunByNpm } from './src/run-by-npm.js';

let folder: string;
let line: CommandLine;
beforeAll(() => {
  folder = temporaryFolder('programs');
  line = new CommandLine(folder);
});
afterEach(() => line?.end());
afterAll(() => removeFolder(folder));

describe('sluice migrate', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createDatabase();
  });
  afterAll(() => database?.close());

  const schemas = async () => {
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    const { rows } = await client.query<{ nspname: string }>(
      "SELECT nspname FROM pg_namespace WHERE nspname IN ('registry', 'dispatch', 'stream') ORDER BY nspname",
    );
    await client.end();
    return rows.map(({ nspname }) => nspname);
  };

  it('brings an empty database to its newest version, by two at once, and again', async () => {
    const environment = { DATABASE_URL: database.url, KAFKA_BROKERS: '127.0.0.1:9' };
    const twice = await Promise.all([line.run(['migrate'], environment), line.run(['migrate'], environment)]);
    expect(twice.map(({ code, err }) => [code, err])).toEqual([
      [0, ''],
      [0, ''],
    ]);
    expect(await schemas()).toEqual(['dispatch', 'registry']);
    expect(await line.run(['migrate'], { DATABASE_URL: database.url })).toEqual({
      code: 0,
      out: ['registry', 'dispatch', 'stream'].map((name) => `schema ${name} is at its newest version\n`).join(''),
      err: '',
    });
    expect(await schemas()).toEqual(['dispatch', 'registry', 'stream']);
  });

  it('says in a line why it can not', async () => {
    expect(await line.run(['migrate'])).toEqual({ code: 2, out: '', err: 'DATABASE_URL: is required and not set\n' });
    const away = await line.run(['migrate'], { DATABASE_URL: `postgres://a:b@127.0.0.1:${await ownPort()}/c` });
    expect(away).toMatchObject({
      code: 3,
      out: '',
      err: expect.stringMatching(/^schema registry: .*ECONNREFUSED.*\n$/),
    });
    const wrong = await line.run(['migrate'], { DATABASE_URL: 'nonsense' });
    expect(wrong).toMatchObject({ code: 2, out: '', err: expect.stringMatching(/^DATABASE_URL: .+\n$/) });
  });
});

it('sluice dev starts everything in one process, and Ctrl-C ends it in order', async () => {
  const port = await ownPort();
  const dev = line.start(['dev'], {
    ...{ PORT: String(port), INBOX_PORT: String(await ownPort()) },
    SLUICE_DIRECTORY: join(folder, '.sluice'),
  });
  await eventually('readiness', () => answersWell(`http://127.0.0.1:${port}/readyz`), 150_000);
  const { out } = await line.run(['webhooks', 'list', '--json']);
  expect(JSON.parse(out)).toHaveProperty('webhooks');
  await eventually('the demonstration', async () => dev.out.includes('Delivered'));
  expect(await interrupt(dev)).toMatchObject({ code: 0, err: '' });
});

it('npm start ends when npm is told to end', async () => {
  const address = `http://127.0.0.1:${await ownPort()}`;
  const npm = new RunByNpm('npm', ['start'], {
    ...{ PORT: new URL(address).port, INBOX_PORT: String(await ownPort()) },
    SLUICE_DIRECTORY: join(folder, 'npm-start'),
  });
  try {
    await eventually('readiness', () => answersWell(`${address}/readyz`), 150_000);
    await npm.end();
    expect(await answersWell(`${address}/readyz`)).toBe(false);
  } finally {
    npm.remove();
  }
});
