import type { JsonValue } from '@sluice/exact-json/json-value';
import { RE2JS, RE2JSException } from 're2js';
import { isNumber } from './equality.js';
import type { Condition, Operator } from './filter.js';
import { limits } from './limits.js';
import { orderedValue } from './ordering.js';

/** The operators whose operand stands for itself; `$elemMatch` has a filter as its operand. */
export type ValueOperator = Exclude<Operator, '$elemMatch'>;

/** The condition that operator and operand make, or what is wrong with the operand. */
export function readCondition(operator: ValueOperator, operand: JsonValue): Condition | string {
  switch (operator) {
    case '$eq':
    case '$neq':
      return { operator, operand };
    case '$in':
    case '$nin':
      if (!Array.isArray(operand)) return `${operator} takes an array of values`;
      return tooLong(operator, operand) ?? { operator, operand };
    case '$gt':
    case '$gte':
    case '$lt':
    case '$lte':
      if ((!isNumber(operand) && typeof operand !== 'string') || orderedValue(operand) === null) {
        return `${operator} takes a number or an ISO 8601 timestamp`;
      }
      return { operator, operand };
    case '$exist':
      return typeof operand === 'boolean' ? { operator, operand } : '$exist takes true or false';
    case '$regex':
      return typeof operand === 'string' ? readPattern(operand) : '$regex takes a string';
    case '$startsWith':
    case '$endsWith':
      if (typeof operand === 'string') return { operator, operand };
      if (!isStrings(operand)) return `${operator} takes a string or an array of strings`;
      if (operand.length === 0) return `${operator} is empty: it takes at least one string`;
      return tooLong(operator, operand) ?? { operator, operand };
  }
}

const isStrings = (value: JsonValue): value is string[] =>
  Array.isArray(value) && value.every((element) => typeof element === 'string');

const tooLong = (operator: Operator, list: JsonValue[]): string | null =>
  list.length > limits.listValues
    ? `${operator} has ${list.length} values: at most ${limits.listValues.toLocaleString('en')} are allowed`
    : null;

function readPattern(operand: string): Condition | string {
  const length = [...operand].length;
  if (length > limits.regexCharacters) {
    return `$regex has ${length} characters: at most ${limits.regexCharacters.toLocaleString('en')} are allowed`;
  }
  let pattern: RE2JS;
  try {
    pattern = RE2JS.compile(operand);
  } catch (error) {
    if (error instanceof RE2JSException) return `$regex is not RE2 syntax: ${error.message}`;
    throw error;
  }
  if (pattern.programSize() > limits.regexSteps) {
    return `$regex repeats too much: it compiles to more than ${limits.regexSteps.toLocaleString('en')} steps`;
  }
  return { operator: '$regex', operand, pattern };
}
