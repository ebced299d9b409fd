import type { JsonValue } from '@sluice/exact-json/json-value';
import { sameValue } from './equality.js';
import type { Condition } from './filter.js';
import { comparisonWith, orderedValue } from './ordering.js';
import { ValueMap } from './value-map.js';

/** What a condition asks of one value of an event; `undefined` stands for a missing field. */
export type ValueTest = (value: JsonValue | undefined) => boolean;

/** The test of one condition; `$elemMatch` is given the test of its sub-filter. Never throws. */
export function conditionTest(condition: Condition, elementTest: (element: JsonValue) => boolean): ValueTest {
  switch (condition.operator) {
    case '$eq':
      return equalTo(condition.operand);
    case '$neq':
      return negation(equalTo(condition.operand));
    case '$in':
      return oneOf(condition.operand);
    case '$nin':
      return negation(oneOf(condition.operand));
    case '$gt':
    case '$gte':
    case '$lt':
    case '$lte': {
      const operand = orderedValue(condition.operand);
      return operand === null ? () => false : comparisonWith(condition.operator, operand);
    }
    case '$exist':
      return (value) => (value !== undefined) === condition.operand;
    case '$regex': {
      const { pattern } = condition;
      return (value) => typeof value === 'string' && pattern.test(value);
    }
    case '$startsWith':
      return onStrings(condition.operand, (text, alternative) => text.startsWith(alternative));
    case '$endsWith':
      return onStrings(condition.operand, (text, alternative) => text.endsWith(alternative));
    case '$elemMatch':
      return (value) => Array.isArray(value) && value.some(elementTest);
  }
}

const negation =
  (test: ValueTest): ValueTest =>
  (value) =>
    !test(value);

const equalTo =
  (operand: JsonValue): ValueTest =>
  (value) =>
    value !== undefined && isOrHas(value, operand);

/** The value equals the operand, or is an array that contains it. */
const isOrHas = (value: JsonValue, operand: JsonValue): boolean =>
  sameValue(value, operand) || (Array.isArray(value) && value.some((element) => sameValue(element, operand)));

/** As {@link equalTo} for any of the operands, at the cost of one look-up. */
function oneOf(operands: JsonValue[]): ValueTest {
  const known = new ValueMap<true>();
  for (const operand of operands) known.set(operand, true);
  const listed = (value: JsonValue) => known.get(value) === true;
  return (value) => value !== undefined && (listed(value) || (Array.isArray(value) && value.some(listed)));
}

function onStrings(operand: string | string[], holds: (text: string, alternative: string) => boolean): ValueTest {
  const alternatives = typeof operand === 'string' ? [operand] : operand;
  return (value) => typeof value === 'string' && alternatives.some((alternative) => holds(value, alternative));
}
