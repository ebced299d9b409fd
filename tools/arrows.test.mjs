import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { findBrokenArrows } from './arrows.mjs';

let root;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'arrows-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const write = (path, text) => {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
};

const workspace = (path, name, dependencies, source) => {
  const entries = Object.fromEntries(dependencies.map((dependency) => [dependency, '0.1.0']));
  write(`${path}/package.json`, JSON.stringify({ name, dependencies: entries }));
  write(`${path}/src/file.ts`, source);
};

it('accepts an app that imports a package it names', () => {
  workspace('packages/a', '@sluice/a', [], 'export const a = 1;');
  workspace('apps/b', '@sluice/b', ['@sluice/a'], "import { a } from '@sluice/a/file';");
  expect(findBrokenArrows(root)).toEqual([]);
});

it('refuses a package that imports an app', () => {
  workspace('packages/a', '@sluice/a', ['@sluice/b'], "import { b } from '@sluice/b/file';");
  workspace('apps/b', '@sluice/b', [], 'export const b = 1;');
  expect(findBrokenArrows(root)).toEqual(['packages/a/src/file.ts: a package imports the app @sluice/b']);
});

it('refuses an app that imports an app, and lets standalone do so', () => {
  workspace('apps/a', '@sluice/a', ['@sluice/b'], "export * from '@sluice/b/file';");
  workspace('apps/b', '@sluice/b', [], 'export const b = 1;');
  workspace('apps/standalone', '@sluice/standalone', ['@sluice/b'], "await import('@sluice/b/file');");
  expect(findBrokenArrows(root)).toEqual(['apps/a/src/file.ts: an app imports the app @sluice/b']);
});

it('refuses a cycle between packages', () => {
  workspace('packages/a', '@sluice/a', ['@sluice/b'], "import '@sluice/b/file';");
  workspace('packages/b', '@sluice/b', ['@sluice/a'], "import '@sluice/a/file';");
  expect(findBrokenArrows(root)).toEqual(['imports go in a circle: @sluice/a → @sluice/b → @sluice/a']);
});

it('refuses folders of an app that import each other, at any depth and over others', () => {
  workspace('apps/a', '@sluice/a', [], "import './one/x.js';\nimport './two/y.js';");
  write('apps/a/src/one/x.ts', "import '../two/y.js';");
  write('apps/a/src/two/y.ts', "import '../three/deep/z.js';");
  write('apps/a/src/three/deep/z.ts', 'export const z = 1;');
  expect(findBrokenArrows(root)).toEqual([]);

  write('apps/a/src/three/deep/z.ts', "import type { X } from '../../one/x.js';");
  expect(findBrokenArrows(root)).toEqual([
    '@sluice/a: .: folders import each other: one → two → three → one (one/x.ts, two/y.ts, three/deep/z.ts)',
  ]);

  write('apps/a/src/three/deep/z.ts', "import '../w.js';");
  write('apps/a/src/three/w.ts', "import './deep/z.js';");
  expect(findBrokenArrows(root)).toEqual([
    '@sluice/a: three: folders import each other: deep → . → deep (three/deep/z.ts, three/w.ts)',
  ]);
});

it('lets tests import whatever folder they look at', () => {
  workspace('apps/a', '@sluice/a', [], 'export const a = 1;');
  write('apps/a/src/one/x.ts', "import '../two/y.js';");
  write('apps/a/src/two/y.ts', 'export const y = 1;');
  write('apps/a/src/two/y.test.ts', "import '../one/x.js';");
  expect(findBrokenArrows(root)).toEqual([]);
});

it('refuses an import that package.json does not name, or that leaves the package by a relative path', () => {
  workspace('packages/a', '@sluice/a', [], "import '@sluice/b/file';\nimport '../../b/src/file.js';");
  workspace('packages/b', '@sluice/b', [], 'export const b = 1;');
  expect(findBrokenArrows(root)).toEqual([
    'packages/a/src/file.ts: @sluice/b is not a dependency in package.json',
    'packages/a/src/file.ts reaches out of its package: ../../b/src/file.js',
  ]);
});

it('lets tests, and the folder src/testing of what they are built on, import what is there for development', () => {
  const manifest = { name: '@sluice/a', devDependencies: { '@sluice/testing': '0.1.0' } };
  write('apps/a/package.json', JSON.stringify(manifest));
  workspace('packages/testing', '@sluice/testing', [], 'export const b = 1;');
  const text = "import '@sluice/testing/file';";
  for (const path of ['file.test.ts', 'testing/a-under-test.ts', 'served.ts']) write(`apps/a/src/${path}`, text);
  write('apps/a/src/starts.ts', "import './testing/a-under-test.js';");
  expect(findBrokenArrows(root)).toEqual([
    'apps/a/src/served.ts: @sluice/testing is not a dependency in package.json',
    'apps/a/src/starts.ts: no test, but imports ./testing/a-under-test.js',
  ]);
});

it('refuses that filters imports more of ours than contracts and exact-json', () => {
  workspace('packages/filters', '@sluice/filters', ['@sluice/signatures'], "import '@sluice/signatures/file';");
  workspace('packages/signatures', '@sluice/signatures', [], 'export const b = 1;');
  expect(findBrokenArrows(root)).toEqual([
    'packages/filters/src/file.ts: @sluice/filters may not import @sluice/signatures',
  ]);
});
