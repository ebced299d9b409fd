import type { JsonNumber, JsonValue } from '@sluice/exact-json/json-value';
import type { RE2JS } from 're2js';
import type { Path } from './path.js';

/** A parsed filter: accepted, so it can be compiled, explained and indexed without failing. */
export interface Filter {
  root: FilterNode;
  /** The filter as JSON without white space. Filters of the same text mean the same. */
  text: string;
}

export type FilterNode =
  | { kind: 'and'; nodes: FilterNode[] }
  | { kind: 'or'; nodes: FilterNode[] }
  | { kind: 'not'; node: FilterNode }
  | ConditionNode;

/** What the value at a path must satisfy. The path is empty where the element of an `$elemMatch` itself is meant. */
export interface ConditionNode {
  kind: 'condition';
  path: Path;
  condition: Condition;
}

export type Comparison = '$gt' | '$gte' | '$lt' | '$lte';

export type Condition =
  | { operator: '$eq' | '$neq'; operand: JsonValue }
  | { operator: '$in' | '$nin'; operand: JsonValue[] }
  | { operator: Comparison; operand: JsonNumber | string }
  | { operator: '$exist'; operand: boolean }
  | { operator: '$regex'; operand: string; pattern: RE2JS }
  | { operator: '$startsWith' | '$endsWith'; operand: string | string[] }
  | { operator: '$elemMatch'; operand: JsonValue; element: FilterNode };

export type Operator = Condition['operator'];

/** In the order in which messages list them. */
export const operators: readonly Operator[] = [
  '$eq',
  '$neq',
  '$gt',
  '$gte',
  '$lt',
  '$lte',
  '$in',
  '$nin',
  '$exist',
  '$regex',
  '$startsWith',
  '$endsWith',
  '$elemMatch',
];
