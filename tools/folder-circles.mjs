import { dirname, relative, resolve, sep } from 'node:path';
import { findCircle } from './find-circle.mjs';

/** The files that stand in a folder itself, beside its folders. */
const OWN_FILES = '.';

/** The first folders of two that differ, and the folder in which they do; null for files of one folder. */
function stepsApart(from, to) {
  const own = from.split(sep).slice(0, -1);
  const other = to.split(sep).slice(0, -1);
  let shared = 0;
  while (shared < own.length && own[shared] === other[shared]) shared += 1;
  const [one = OWN_FILES, another = OWN_FILES] = [own[shared], other[shared]];
  return one === another ? null : { where: own.slice(0, shared).join('/'), one, another };
}

/**
 * Folders that import each other, at every depth: siblings, and a folder's own files with the folders in it. One sentence for
 * each place where some go in a circle, with a file for every step of it.
 *
 * @param {string} folder the sources of one app.
 * @param {Iterable<{ file: string, target: string }>} imports relative ones, `file` absolute.
 * @returns {string[]}
 */
export function findFolderCircles(folder, imports) {
  const places = new Map();
  for (const { file, target } of imports) {
    const from = relative(folder, file);
    const steps = stepsApart(from, relative(folder, resolve(dirname(file), target)));
    if (steps === null) continue;
    if (!places.has(steps.where)) places.set(steps.where, new Map());
    const graph = places.get(steps.where);
    if (!graph.has(steps.one)) graph.set(steps.one, new Map());
    graph.get(steps.one).set(steps.another, from);
  }
  return [...places].flatMap(([where, graph]) => {
    const circle = findCircle(new Map([...graph].map(([name, leadsTo]) => [name, leadsTo.keys()])));
    if (circle === null) return [];
    const files = circle.slice(1).map((name, index) => graph.get(circle[index]).get(name));
    return [
      `${where === '' ? OWN_FILES : where}: folders import each other: ${circle.join(' → ')} (${files.join(', ')})`,
    ];
  });
}
