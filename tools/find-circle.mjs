/**
 * A way through the graph that comes back to where it began, its first name at its end again; null when there is none.
 *
 * @param {Map<string, Iterable<string>>} graph what each name leads to.
 * @returns {string[] | null}
 */
export function findCircle(graph) {
  const done = new Set();
  const visit = (name, way) => {
    if (way.includes(name)) return [...way.slice(way.indexOf(name)), name];
    if (done.has(name)) return null;
    for (const next of graph.get(name) ?? []) {
      const circle = visit(next, [...way, name]);
      if (circle) return circle;
    }
    done.add(name);
    return null;
  };
  for (const name of graph.keys()) {
    const circle = visit(name, []);
    if (circle) return circle;
  }
  return null;
}
