import { compareNumbers } from '@sluice/exact-json/exact-number';
import type { JsonNumber, JsonValue } from '@sluice/exact-json/json-value';
import { numberFromNumericString } from '@sluice/exact-json/numeric-string';
import { isNumber } from './equality.js';
import type { Comparison } from './filter.js';
import { compareInstants, type Instant, readInstant } from './timestamp.js';

/** A value that can be compared: numbers (numeric strings too) among each other, and instants among each other. */
export type Ordered = { kind: 'number'; number: JsonNumber } | { kind: 'instant'; instant: Instant };

/** How the value takes part in comparisons; null if it does not. */
export function orderedValue(value: JsonValue | undefined): Ordered | null {
  if (isNumber(value)) return { kind: 'number', number: value };
  if (typeof value !== 'string') return null;
  const number = numberFromNumericString(value);
  if (number !== null) return { kind: 'number', number };
  const instant = readInstant(value);
  return instant === null ? null : { kind: 'instant', instant };
}

/** The test of `$gt` and its like against one operand; false for all that can't be compared with the operand. */
export function comparisonWith(operator: Comparison, operand: Ordered): (value: JsonValue | undefined) => boolean {
  const holds = outcomes[operator];
  return (value) => {
    const ordered = orderedValue(value);
    if (ordered === null) return false;
    if (ordered.kind === 'number') {
      return operand.kind === 'number' && holds(compareNumbers(ordered.number, operand.number));
    }
    return operand.kind === 'instant' && holds(compareInstants(ordered.instant, operand.instant));
  };
}

const outcomes: Record<Comparison, (order: number) => boolean> = {
  $gt: (order) => order > 0,
  $gte: (order) => order >= 0,
  $lt: (order) => order < 0,
  $lte: (order) => order <= 0,
};
