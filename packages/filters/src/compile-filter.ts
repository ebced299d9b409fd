import { memberOf } from '@sluice/exact-json/json-object';
import type { JsonValue } from '@sluice/exact-json/json-value';
import { conditionTest, type ValueTest } from './condition-test.js';
import type { Filter, FilterNode } from './filter.js';
import { type Path, someAt } from './path.js';

export type Predicate = (event: JsonValue) => boolean;

/** The filter as a function of an event. It never throws, and takes time linear in the event's size per condition. */
export function compileFilter(filter: Filter): Predicate {
  return compileNode(filter.root);
}

/** As {@link compileFilter} for a part of a filter. */
export function compileNode(node: FilterNode): Predicate {
  switch (node.kind) {
    case 'and':
      return conjunction(node.nodes.map(compileNode));
    case 'or': {
      const alternatives = node.nodes.map(compileNode);
      return (event) => alternatives.some((holds) => holds(event));
    }
    case 'not': {
      const holds = compileNode(node.node);
      return (event) => !holds(event);
    }
    case 'condition': {
      const { path, condition } = node;
      const element = condition.operator === '$elemMatch' ? compileNode(condition.element) : () => false;
      return atPath(path, conditionTest(condition, element));
    }
  }
}

function conjunction(all: Predicate[]): Predicate {
  const [only] = all;
  if (only !== undefined && all.length === 1) return only;
  return (event) => all.every((holds) => holds(event));
}

function atPath(path: Path, test: ValueTest): Predicate {
  const [name] = path;
  // By far the most conditions name a member of the event itself.
  if (path.length === 1 && typeof name === 'string') return (event) => test(memberOf(event, name));
  return (event) => someAt(event, path, test);
}
