import type { JsonValue } from '@sluice/exact-json/json-value';
import { writeJson } from '@sluice/exact-json/write-json';
import type { ConditionNode, FilterNode } from './filter.js';
import { formatPath } from './path.js';

const SHOWN = 120;

/** A part of a filter in words: `followerProfileId $eq 3761 and (a $gt 1 or b $exist true)`. */
export function describeNode(node: FilterNode): string {
  switch (node.kind) {
    case 'condition':
      return describeCondition(node);
    case 'not':
      return `not (${describeNode(node.node)})`;
    case 'and':
      return node.nodes.length === 0 ? 'anything' : describeAll(node.nodes, ' and ');
    case 'or':
      return describeAll(node.nodes, ' or ');
  }
}

/** `followerProfileId $eq 3761`; long operands are cut. */
export function describeCondition({ path, condition }: ConditionNode): string {
  const where = path.length === 0 ? 'the element' : formatPath(path);
  const operand =
    condition.operator === '$elemMatch' ? `(${describeNode(condition.element)})` : show(condition.operand);
  return `${where} ${condition.operator} ${cut(operand)}`;
}

/** A value as JSON, cut where it gets long. */
export const show = (value: JsonValue): string => cut(writeJson(value));

const describeAll = (nodes: FilterNode[], joint: string): string =>
  nodes.map((node) => (node.kind === 'condition' ? describeNode(node) : `(${describeNode(node)})`)).join(joint);

/** Never in the middle of a surrogate pair. */
const cut = (text: string): string =>
  text.length <= SHOWN ? text : `${text.slice(0, SHOWN).replace(/[\ud800-\udbff]$/, '')}…`;
