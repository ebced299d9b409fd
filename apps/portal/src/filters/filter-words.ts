import type { JsonValue } from '@sluice/exact-json/json-value';
import { writeJson } from '@sluice/exact-json/write-json';
import type { Condition, ConditionNode, FilterNode } from '@sluice/filters/filter';
import { formatPath } from '@sluice/filters/path';
import { operatorWords } from './operator-words.js';

/** A filter in words, as a tree: a sentence, or several that must all, or partly, hold. */
export interface Words {
  text: string;
  parts: Words[];
}

const LISTED = 4;
const LONGEST = 60;

export function filterWords(node: FilterNode): Words {
  switch (node.kind) {
    case 'condition':
      return { text: conditionWords(node), parts: elementParts(node) };
    case 'not':
      return { text: 'this does not hold', parts: [filterWords(node.node)] };
    case 'and':
      if (node.nodes.length === 0) return { text: 'always', parts: [] };
      return { text: 'all of these hold', parts: node.nodes.map(filterWords) };
    case 'or':
      return { text: 'at least one of these holds', parts: node.nodes.map(filterWords) };
  }
}

/** The filter in one line: `followerProfileId is 3761 or 602, and dappSlug starts with "farcaster"`. */
export function filterLine(node: FilterNode): string {
  switch (node.kind) {
    case 'condition': {
      const [element] = elementParts(node);
      return element === undefined ? conditionWords(node) : `${conditionWords(node)} (${lineOfElement(node)})`;
    }
    case 'not':
      return `not (${filterLine(node.node)})`;
    case 'and':
      return node.nodes.length === 0 ? 'every event' : joined(node.nodes, ' and ');
    case 'or':
      return joined(node.nodes, ' or ');
  }
}

const joined = (nodes: FilterNode[], joint: string): string =>
  nodes
    .map((node) => (node.kind === 'and' || node.kind === 'or' ? `(${filterLine(node)})` : filterLine(node)))
    .join(joint);

const lineOfElement = ({ condition }: ConditionNode): string =>
  condition.operator === '$elemMatch' ? filterLine(condition.element) : '';

const elementParts = ({ condition }: ConditionNode): Words[] =>
  condition.operator === '$elemMatch' ? [filterWords(condition.element)] : [];

function conditionWords({ path, condition }: ConditionNode): string {
  const where = path.length === 0 ? 'the element' : formatPath(path);
  return `${where} ${relation(condition)}`;
}

function relation({ operator, operand }: Condition): string {
  const words = operatorWords[operator];
  switch (operator) {
    case '$in':
      return `is ${alternatives(operand)}`;
    case '$exist':
      return operand ? words : 'is missing';
    case '$nin':
    case '$startsWith':
    case '$endsWith':
      return `${words} ${alternatives(operand)}`;
    case '$elemMatch':
      return words;
    default:
      return `${words} ${shown(operand)}`;
  }
}

function alternatives(operand: JsonValue): string {
  if (!Array.isArray(operand)) return shown(operand);
  if (operand.length === 0) return 'nothing at all';
  const named = operand.slice(0, LISTED).map(shown);
  const more = operand.length - named.length;
  if (more > 0) return `${named.join(', ')} or ${more} more`;
  const last = named.pop();
  return named.length === 0 ? `${last}` : `${named.join(', ')} or ${last}`;
}

function shown(value: JsonValue): string {
  const text = writeJson(value);
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}…`;
}
