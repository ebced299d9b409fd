import type { JsonValue } from '@sluice/exact-json/json-value';
import type { Comparison, Condition, FilterNode } from './filter.js';
import { ANY_ELEMENT, below, type Path } from './path.js';

/**
 * Something that an event must show, at one path, for a filter to match. A filter is found by its pivots: where it
 * matches, at least one of them is there. Then the filter itself decides.
 */
export interface Pivot {
  path: Path;
  sign: PivotSign;
}

export type PivotSign =
  | { kind: 'equal'; value: JsonValue }
  | { kind: 'prefix' | 'suffix'; text: string }
  | { kind: 'bound'; operator: Comparison; operand: JsonValue }
  /** Any value at all. */
  | { kind: 'present' };

export interface PivotChoice {
  pivots: Pivot[];
  cost: number;
}

/**
 * The cheapest pivots of a filter, null when it has none and must be tried on every event: of an AND one part's, of an OR
 * all parts' together; a `$not` and conditions that hold on a missing field have none.
 *
 * `cost` says how many filters are found by a pivot already. Choosing the emptiest spreads filters that share a common
 * condition (`dappSlug`) over what tells them apart (`followerProfileId`).
 */
export function choosePivots(node: FilterNode, cost: (pivot: Pivot) => number, above: Path = []): PivotChoice | null {
  switch (node.kind) {
    case 'not':
      return null;
    case 'and': {
      const choices = node.nodes.map((part) => choosePivots(part, cost, above)).filter((choice) => choice !== null);
      return choices.reduce<PivotChoice | null>((best, next) => (best && best.cost <= next.cost ? best : next), null);
    }
    case 'or': {
      const choices = node.nodes.map((part) => choosePivots(part, cost, above));
      if (choices.some((choice) => choice === null)) return null;
      return {
        pivots: choices.flatMap((choice) => choice!.pivots),
        cost: choices.reduce((sum, choice) => sum + choice!.cost, 0),
      };
    }
    case 'condition':
      return pivotsOfCondition(below(above, node.path), node.condition, cost);
  }
}

function pivotsOfCondition(path: Path, condition: Condition, cost: (pivot: Pivot) => number): PivotChoice | null {
  if (condition.operator === '$elemMatch') {
    const inner = choosePivots(condition.element, cost, path.concat(ANY_ELEMENT));
    const outer = chosen([{ path, sign: { kind: 'present' } }], cost);
    return inner && inner.cost <= outer.cost ? inner : outer;
  }
  const signs = signsOf(condition);
  return signs === null
    ? null
    : chosen(
        signs.map((sign) => ({ path, sign })),
        cost,
      );
}

const chosen = (pivots: Pivot[], cost: (pivot: Pivot) => number): PivotChoice => ({
  pivots,
  cost: pivots.reduce((worst, pivot) => Math.max(worst, cost(pivot)), 0),
});

function signsOf(condition: Exclude<Condition, { operator: '$elemMatch' }>): PivotSign[] | null {
  switch (condition.operator) {
    case '$eq':
      return [{ kind: 'equal', value: condition.operand }];
    case '$in':
      return condition.operand.map((value) => ({ kind: 'equal', value }));
    case '$startsWith':
      return [condition.operand].flat().map((text) => ({ kind: 'prefix', text }));
    case '$endsWith':
      return [condition.operand].flat().map((text) => ({ kind: 'suffix', text }));
    case '$gt':
    case '$gte':
    case '$lt':
    case '$lte':
      return [{ kind: 'bound', operator: condition.operator, operand: condition.operand }];
    case '$regex':
      return [{ kind: 'present' }];
    case '$exist':
      return condition.operand ? [{ kind: 'present' }] : null;
    case '$neq':
    case '$nin':
      return null;
  }
}
