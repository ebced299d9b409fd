import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { composeProgram } from '@sluice/testing/docker/compose-program';
import { describe, expect, test } from 'vitest';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

const compose = composeProgram();

/** Runs `compose config` as on a fresh clone: nothing of ours in the environment. */
function config(...options: string[]): { status: number | null; stdout: string; stderr: string } {
  if (compose === undefined) throw new Error('neither docker compose nor docker-compose is there');
  const [program, ...plugin] = compose;
  const { PATH = '', HOME = '' } = process.env;
  return spawnSync(program, [...plugin, 'config', ...options], { cwd: root, env: { PATH, HOME }, encoding: 'utf8' });
}

const SERVICES = ['dispatcher', 'gateway', 'importer', 'kafka', 'migrate', 'postgres', 'registry'];

describe('docker-compose.yml', () => {
  if (compose === undefined && !process.env.CI) {
    process.stderr.write('SKIPPED docker-compose.yml: neither docker compose nor docker-compose is there\n');
    test.skip('skipped: neither docker compose nor docker-compose is there', () => undefined);
    return;
  }

  test('is valid on a fresh clone', () => {
    expect(config('-q')).toMatchObject({ status: 0 });
  });

  test('has every service', () => {
    expect(config('--services').stdout.trim().split('\n').sort()).toEqual(SERVICES);
  });

  test('builds from stages that the Dockerfile has', () => {
    const stages = [...readFileSync(`${root}/deploy/Dockerfile`, 'utf8').matchAll(/^FROM .+ AS (\S+)$/gm)].map(
      ([, stage]) => stage,
    );
    const targets = [...config().stdout.matchAll(/^ +target: ([a-z]\S*)$/gm)].map(([, target]) => target);
    expect(targets.sort()).toEqual(['dispatcher', 'gateway', 'importer', 'migrate', 'registry']);
    for (const target of targets) expect(stages).toContain(target);
  });
});
