import type { JsonValue } from '@sluice/exact-json/json-value';
import { compileNode } from './compile-filter.js';
import { describeCondition, describeNode, show } from './describe-filter.js';
import type { ConditionNode, Filter, FilterNode } from './filter.js';
import { someAt } from './path.js';

/** Values, alternatives and elements named in one message. */
const NAMED = 3;
/** A message is for one line of a log or a page. */
const LONGEST = 2_000;

/**
 * Which condition of the filter failed on which value: `followerProfileId $eq 3761: the event has "12"`. Null exactly
 * when the filter matches the event.
 */
export function explainMismatch(filter: Filter, event: JsonValue): string | null {
  if (compileNode(filter.root)(event)) return null;
  const reason = reasonOf(filter.root, event, 'the event');
  return reason.length <= LONGEST ? reason : `${reason.slice(0, LONGEST)}…`;
}

/** Why a part that does not hold does not hold. `whole` names what it was asked about. */
function reasonOf(node: FilterNode, event: JsonValue, whole: string): string {
  switch (node.kind) {
    case 'condition':
      return `${describeCondition(node)}: ${foundOf(node, event, whole)}`;
    case 'not': {
      const found = node.node.kind === 'condition' ? foundOf(node.node, event, whole) : `${whole} satisfies it`;
      return `$not (${describeNode(node.node)}): ${found}`;
    }
    case 'and':
      return reasonOf(node.nodes.find((part) => !compileNode(part)(event))!, event, whole);
    case 'or':
      return `no alternative of $or holds (${listed(node.nodes.map((part) => () => reasonOf(part, event, whole)))})`;
  }
}

/** What there is at the condition's path. */
function foundOf({ path, condition }: ConditionNode, event: JsonValue, whole: string): string {
  const found: (JsonValue | undefined)[] = [];
  someAt(event, path, (value) => {
    found.push(value);
    return false;
  });
  const values = found.filter((value) => value !== undefined);
  const [first] = values;
  if (first === undefined) return `${whole} has no such field`;
  if (condition.operator === '$elemMatch' && Array.isArray(first) && values.length === 1) {
    return elementsOf(condition.element, first);
  }
  const verb = path.length === 0 ? 'is' : 'has';
  return `${whole} ${verb} ${listed(values.map((value) => () => show(value)))}`;
}

function elementsOf(filter: FilterNode, elements: JsonValue[]): string {
  if (elements.length === 0) return 'the array is empty';
  const holds = compileNode(filter);
  const matching = elements.findIndex((element) => holds(element));
  if (matching !== -1) return `element ${matching} satisfies it`;
  const reasons = elements.map((element, index) => () => reasonOf(filter, element, `element ${index}`));
  return `no element satisfies it (${listed(reasons)})`;
}

/** The first few; the others are not even written. */
function listed(texts: (() => string)[]): string {
  const named = texts.slice(0, NAMED).map((text) => text());
  const more = texts.length - named.length;
  return more === 0 ? named.join('; ') : `${named.join('; ')}; and ${more} more`;
}
