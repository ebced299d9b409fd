import { ExactNumber } from '@sluice/exact-json/exact-number';
import type { JsonValue } from '@sluice/exact-json/json-value';

/**
 * The filter language (contract airstack) word for word and as slowly as need be, from the filter's JSON and not from what
 * the parser made of it. Shares no code with what it is compared with; knows only the timestamps, patterns and sizes of
 * number that the arbitraries make.
 */
export function referenceHolds(filter: JsonValue, event: JsonValue): boolean {
  return entriesHold(filter, event, []);
}

type Found = JsonValue | typeof MISSING;
type Members = Record<string, JsonValue>;

const MISSING = Symbol('missing');

const kindOf = (value: Found): string => {
  if (value === MISSING) return 'missing';
  if (value === null) return 'null';
  if (value instanceof ExactNumber) return 'number';
  return Array.isArray(value) ? 'array' : typeof value;
};

function entriesHold(filter: JsonValue, event: JsonValue, path: string[]): boolean {
  return Object.entries(filter as Members).every(([key, value]) => entryHolds(key, value, event, path));
}

function entryHolds(key: string, value: JsonValue, event: JsonValue, path: string[]): boolean {
  if (key === '$and') return (value as JsonValue[]).every((part) => entriesHold(part, event, path));
  if (key === '$or') return (value as JsonValue[]).some((part) => entriesHold(part, event, path));
  if (key === '$not') return !entriesHold(value, event, path);
  if (/^\$[a-zA-Z]/.test(key)) return valuesAt(event, path).some((found) => operatorHolds(key, found, value));
  const further = [...path, ...split(key)];
  if (kindOf(value) === 'object') return entriesHold(value, event, further);
  return valuesAt(event, further).some((found) => operatorHolds('$eq', found, value));
}

/** `$` as a step is the text `$`; a member of that name is marked. */
function split(key: string): string[] {
  const marked = key.replaceAll('\\\\', '\u0001').replaceAll('\\.', '\u0002').replaceAll('\\$', '\u0003');
  return marked
    .split('.')
    .map((name) => (name === '$' ? '$' : `=${name}`))
    .map((name) => name.replaceAll('\u0001', '\\').replaceAll('\u0002', '.').replaceAll('\u0003', '$'));
}

function valuesAt(value: Found, path: string[]): Found[] {
  const [step, ...rest] = path;
  if (step === undefined || value === MISSING) return [value];
  if (step === '$') {
    if (kindOf(value) !== 'array') return valuesAt(value, rest);
    const elements = value as JsonValue[];
    return elements.length === 0 ? [MISSING] : elements.flatMap((element) => valuesAt(element, rest));
  }
  if (kindOf(value) !== 'object') return [MISSING];
  const member = Object.entries(value as Members).find(([name]) => `=${name}` === step);
  return valuesAt(member === undefined ? MISSING : member[1], rest);
}

function operatorHolds(operator: string, found: Found, operand: JsonValue): boolean {
  if (operator === '$exist') return (found !== MISSING) === operand;
  if (operator === '$neq') return !operatorHolds('$eq', found, operand);
  if (operator === '$nin') return !operatorHolds('$in', found, operand);
  if (found === MISSING) return false;
  const isText = typeof found === 'string';
  switch (operator) {
    case '$eq':
      return equal(found, operand) || (Array.isArray(found) && found.some((element) => equal(element, operand)));
    case '$in':
      return (operand as JsonValue[]).some((one) => operatorHolds('$eq', found, one));
    case '$regex':
      return isText && new RegExp(operand as string).test(found);
    case '$startsWith':
      return isText && [operand].flat().some((one) => found.indexOf(one as string) === 0);
    case '$endsWith':
      return isText && [operand].flat().some((one) => found.slice(-(one as string).length || found.length) === one);
    case '$elemMatch':
      return Array.isArray(found) && found.some((element) => entriesHold(operand, element, []));
    default:
      return compares(operator, found, operand);
  }
}

function equal(a: JsonValue, b: JsonValue): boolean {
  const kinds = [kindOf(a), kindOf(b)].join(' ');
  if (kinds === 'number number') return order(String(a), String(b)) === 0;
  if (kinds === 'number string') return isShortest(b as string) && order(String(a), b as string) === 0;
  if (kinds === 'string number') return equal(b, a);
  if (kinds === 'array array') {
    const [one, other] = [a as JsonValue[], b as JsonValue[]];
    return one.length === other.length && one.every((element, index) => equal(element, other[index]!));
  }
  if (kinds === 'object object') {
    const [one, other] = [new Map(Object.entries(a as Members)), new Map(Object.entries(b as Members))];
    return (
      one.size === other.size && [...one].every(([name, value]) => other.has(name) && equal(value, other.get(name)!))
    );
  }
  return a === b;
}

function compares(operator: string, a: JsonValue, b: JsonValue): boolean {
  const difference = isNumeric(a) && isNumeric(b) ? order(String(a), String(b)) : instantOf(a) - instantOf(b);
  return { $gt: difference > 0, $gte: difference >= 0, $lt: difference < 0, $lte: difference <= 0 }[operator]!;
}

const isNumeric = (value: JsonValue): boolean =>
  kindOf(value) === 'number' || /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(String(typeof value === 'string' ? value : ''));

/** NaN, with which every comparison is false, for all that is no timestamp. */
const instantOf = (value: JsonValue): number =>
  typeof value === 'string' && /^\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(\.\d{1,3})?(Z|[+-]\d\d:\d\d))?$/.test(value)
    ? Date.parse(value)
    : Number.NaN;

/** No leading or trailing zeros, no exponent: nothing could be left out. */
const isShortest = (text: string): boolean => /^(0|-?[1-9]\d*|-?(0|[1-9]\d*)\.\d*[1-9])$/.test(text);

/** Both as integers on a scale of 10^-500. */
const order = (a: string, b: string): number => {
  const difference = scaled(a) - scaled(b);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
};

function scaled(literal: string): bigint {
  const [, sign, whole, fraction = '', exponent = '0'] = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(literal)!;
  const size = BigInt(whole! + fraction) * 10n ** BigInt(500 + Number(exponent) - fraction.length);
  return sign === '-' ? -size : size;
}
