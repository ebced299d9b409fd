// node deploy/assemble.mjs <folder> <app> …: puts into the folder what the apps need to run, from a built tree. That is
// what they have built and, found as Node finds it, every package that they depend on outside of development. npm has
// no way to install that for one workspace: for it, what any workspace depends on is wanted by the root.
import { cpSync, existsSync, mkdirSync, readFileSync, realpathSync, symlinkSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const [folder, ...apps] = process.argv.slice(2);
const out = resolve(folder);

const done = new Set();
const linked = new Set();
const waiting = apps.map((app) => find(manifest(join(root, 'apps', app)).name, root));
for (let place = waiting.pop(); place !== undefined; place = waiting.pop()) {
  if (done.has(place)) continue;
  done.add(place);
  copy(place);
  const { dependencies, optionalDependencies, peerDependencies, peerDependenciesMeta } = manifest(place);
  const optional = (name) => Boolean(optionalDependencies?.[name] ?? peerDependenciesMeta?.[name]?.optional);
  for (const name of Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies })) {
    if (peerDependenciesMeta?.[name]?.optional && !dependencies?.[name]) continue;
    const found = find(name, place);
    if (found !== undefined) waiting.push(found);
    else if (!optional(name)) throw new Error(`${name}, which ${relative(root, place)} depends on, is not installed`);
  }
}
cpSync(join(root, 'package.json'), join(out, 'package.json'));
for (const file of ['health.mjs', 'migrate.mjs', 'topics.mjs'])
  cpSync(join(root, 'deploy', file), join(out, 'deploy', file));

function manifest(place) {
  return JSON.parse(readFileSync(join(place, 'package.json'), 'utf8'));
}

/** Where a package is that is imported from a place; links to workspaces are made on the way. */
function find(name, from) {
  for (let above = from; above.startsWith(root); above = dirname(above)) {
    const candidate = join(above, 'node_modules', name);
    if (!existsSync(candidate)) continue;
    const real = realpathSync(candidate);
    if (real !== candidate) link(relative(root, candidate), relative(root, real));
    return real;
  }
  return undefined;
}

function link(at, to) {
  if (linked.has(at)) return;
  linked.add(at);
  const place = join(out, at);
  mkdirSync(dirname(place), { recursive: true });
  symlinkSync(relative(dirname(place), join(out, to)), place);
}

/** Of a workspace what it has built, of any other package all but what is nested in it: that has its own turn. */
function copy(place) {
  const target = join(out, relative(root, place));
  if (place.includes(`${sep}node_modules${sep}`)) {
    cpSync(place, target, { recursive: true, filter: (source) => source !== join(place, 'node_modules') });
    return;
  }
  for (const part of ['package.json', 'dist']) {
    cpSync(join(place, part), join(target, part), { recursive: true });
  }
}
