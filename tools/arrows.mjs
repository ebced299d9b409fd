import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { findCircle } from './find-circle.mjs';
import { findFolderCircles } from './folder-circles.mjs';

/**
 * The direction of imports (docs/architecture.md, "The house"): a package never imports an app; apps never import each
 * other, standalone aside; a workspace imports only what its package.json names; nothing goes in a circle, neither
 * workspaces nor the folders of an app; and these few know nothing of ours but what stands here.
 */
const MAY_IMPORT = {
  '@sluice/contracts': [],
  '@sluice/cloud-events': ['@sluice/contracts', '@sluice/exact-json'],
  '@sluice/exact-json': [],
  '@sluice/address-guard': [],
  '@sluice/embedded-postgres': [],
  '@sluice/filters': ['@sluice/contracts', '@sluice/exact-json'],
  '@sluice/signatures': ['@sluice/contracts'],
};

const IMPORT = /(?:\bfrom|\bimport)\s*\(?\s*['"]([^'"]+)['"]/g;

function sources(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return ['node_modules', 'dist'].includes(entry.name) ? [] : sources(path);
    return /\.(ts|tsx|mts)$/.test(entry.name) ? [path] : [];
  });
}

function workspaces(root) {
  return ['apps', 'packages', 'e2e', 'bench'].flatMap((top) => {
    const folder = join(root, top);
    if (!existsSync(folder)) return [];
    const folders = existsSync(join(folder, 'package.json'))
      ? [folder]
      : readdirSync(folder)
          .map((name) => join(folder, name))
          .filter((candidate) => existsSync(join(candidate, 'package.json')));
    return folders.map((path) => {
      const manifest = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8'));
      return {
        path,
        kind: top,
        name: manifest.name,
        declared: { ...manifest.dependencies, ...manifest.optionalDependencies },
        declaredForTests: manifest.devDependencies ?? {},
      };
    });
  });
}

/** Tests, and what only tests are built on: src/testing/. They may import what is there for development. */
const IS_TEST = /\.test\.tsx?$|^src[\\/]testing[\\/]/;

/** Each workspace's imports of others: name of the target, the file that does it, and whether it is a test. */
function arrowsOf(workspace) {
  return sources(workspace.path).flatMap((file) => {
    const isTest = IS_TEST.test(relative(workspace.path, file));
    return [...readFileSync(file, 'utf8').matchAll(IMPORT)].map(([, target]) => ({ file, target, isTest }));
  });
}

function circlesIn({ name, path }, arrows) {
  const inside = arrows.filter(({ target, isTest }) => !isTest && target.startsWith('.'));
  return findFolderCircles(join(path, 'src'), inside).map((circle) => `${name}: ${circle}`);
}

/** Answers one sentence for each import that goes the wrong way. */
export function findBrokenArrows(root) {
  const all = workspaces(root);
  const byName = new Map(all.map((workspace) => [workspace.name, workspace]));
  const graph = new Map(all.map(({ name }) => [name, new Set()]));
  const broken = [];
  for (const workspace of all) {
    const arrows = arrowsOf(workspace);
    for (const { file, target, isTest } of arrows) {
      const where = relative(root, file);
      if (target.startsWith('.')) {
        const inside = resolve(dirname(file), target);
        if (!inside.startsWith(workspace.path + sep)) broken.push(`${where} reaches out of its package: ${target}`);
        if (!isTest && IS_TEST.test(relative(workspace.path, inside)))
          broken.push(`${where}: no test, but imports ${target}`);
        continue;
      }
      const name = target.split('/').slice(0, 2).join('/');
      const other = byName.get(name);
      if (other === undefined || other === workspace) continue;
      if (workspace.kind === 'packages' && other.kind === 'apps')
        broken.push(`${where}: a package imports the app ${name}`);
      if (workspace.kind === 'apps' && other.kind === 'apps' && workspace.name !== '@sluice/standalone') {
        broken.push(`${where}: an app imports the app ${name}`);
      }
      if (!(name in workspace.declared) && !(isTest && name in workspace.declaredForTests)) {
        broken.push(`${where}: ${name} is not a dependency in package.json`);
      }
      const allowed = MAY_IMPORT[workspace.name];
      if (!isTest && allowed && !allowed.includes(name))
        broken.push(`${where}: ${workspace.name} may not import ${name}`);
      if (!isTest) graph.get(workspace.name).add(name);
    }
    if (workspace.kind === 'apps') broken.push(...circlesIn(workspace, arrows));
  }
  const circle = findCircle(graph);
  if (circle) broken.push(`imports go in a circle: ${circle.join(' → ')}`);
  return broken;
}
