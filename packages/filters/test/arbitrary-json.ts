import fc from 'fast-check';

const names = ['a', 'b', 'c', '', '$ref', 'a.b', '$', '__proto__', 'constructor'];
/** Strings and other literals as JSON texts: read from text they keep their digits. */
const strings = [
  '',
  'a',
  'ab',
  'abc',
  'null',
  '0',
  '-0',
  '1',
  '01',
  '1.0',
  '1.5',
  '1e2',
  '100',
  '3761',
  '1152921504606846976',
  '1152921504606847000',
  '2024-05-01',
  '2024-05-01T00:00:00Z',
  '2024-05-01T02:00:00.5+02:00',
  '2024-13-01',
];
const literals = [
  'null',
  'true',
  'false',
  '0',
  '-0',
  '1',
  '1.0',
  '1.5',
  '100',
  '1e2',
  '3761',
  '1152921504606846976',
  '1152921504606846976.0',
  '1152921504606847000',
  '1e400',
  '10e399',
  '-1e-400',
];
const patterns = ['^a', 'b$', 'a.*c', '[0-9]+', '^$', 'x|ab'];

const scalars = [...literals, ...strings.map((text) => JSON.stringify(text))];

type Text = fc.Arbitrary<string>;
type Entry = readonly [key: string, value: string];

const objectText = (entries: readonly Entry[]): string =>
  `{${[...new Map(entries)].map(([name, value]) => `${JSON.stringify(name)}: ${value}`).join(', ')}}`;
const objectOf = (entry: fc.Arbitrary<Entry>, minLength = 0): Text =>
  fc.array(entry, { minLength, maxLength: minLength + 2 }).map(objectText);
const arrayOf = (element: Text, minLength = 0): Text =>
  fc.array(element, { minLength, maxLength: 3 }).map((elements) => `[${elements.join(', ')}]`);
const quoted = (...texts: string[]): Text => fc.constantFrom(...texts).map((text) => JSON.stringify(text));

/** JSON texts over some names and some scalars. */
const jsonOver = (name: Text, scalar: Text): Text =>
  fc.letrec<{ value: string }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 4, depthSize: 'small' },
      { arbitrary: scalar, weight: 3 },
      { arbitrary: arrayOf(tie('value')), weight: 2 },
      { arbitrary: objectOf(fc.tuple(name, tie('value'))), weight: 3 },
    ),
  })).value;

/** A name as a filter's key writes it. */
const asKey = (name: string): string => (name === '$' || name === '$ref' ? `\\${name}` : name.replace('.', '\\.'));

/** Keys that lead somewhere, `$` steps among them. */
const keysOver = (name: Text): Text => {
  const one = name.map(asKey);
  return fc.oneof(
    { arbitrary: one, weight: 6 },
    { arbitrary: fc.tuple(one, one).map(([a, b]) => `${a}.${b}`), weight: 1 },
    { arbitrary: fc.tuple(one, one).map(([a, b]) => `${a}.$.${b}`), weight: 2 },
    { arbitrary: one.map((a) => `$.${a}`), weight: 2 },
    { arbitrary: one.map((a) => `$.$.${a}`), weight: 1 },
  );
};

const comparable: Text = fc.oneof(
  fc.constantFrom('0', '1', '1.5', '1e2', '1152921504606846976', '1e400', '-1e-400'),
  quoted('1', '01', '1.0', '2024-05-01', '2024-05-01T00:00:00.5Z'),
);
const affixes: Text = fc.oneof(quoted('', 'a', 'ab', 'c', '1'), arrayOf(quoted('', 'a', 'bc', '0'), 1));

/** An operator and its operand, which stand below a path. */
function operatorsOver(operand: Text): fc.Arbitrary<Entry> {
  const operands: Record<string, Text> = {
    $eq: operand,
    $neq: operand,
    $gt: comparable,
    $gte: comparable,
    $lt: comparable,
    $lte: comparable,
    $in: arrayOf(operand),
    $nin: arrayOf(operand),
    $exist: fc.constantFrom('true', 'false'),
    $regex: quoted(...patterns),
    $startsWith: affixes,
    $endsWith: affixes,
  };
  return fc.oneof(...Object.entries(operands).map(([name, text]) => fc.tuple(fc.constant(name), text)));
}

/** Filters, most of them valid. */
function filtersOver(name: Text, scalar: Text): Text {
  const key = keysOver(name);
  const operand = fc.oneof({ arbitrary: scalar, weight: 4 }, { arbitrary: jsonOver(name, scalar), weight: 1 });
  const operator = operatorsOver(operand);
  return fc.letrec<{ filter: string; entry: Entry; conditions: string }>((tie) => ({
    filter: fc.array(tie('entry'), { minLength: 1, maxLength: 2 }).map(objectText),
    entry: fc.oneof(
      { maxDepth: 3, depthSize: 'small' },
      { arbitrary: fc.tuple(key, operand), weight: 3 },
      { arbitrary: fc.tuple(key, tie('conditions')), weight: 4 },
      { arbitrary: fc.tuple(fc.constantFrom('$and', '$or'), arrayOf(tie('filter'), 1)), weight: 1 },
      { arbitrary: fc.tuple(fc.constant('$not'), tie('filter')), weight: 1 },
    ),
    /** What stands below a path: operators, more path, logic over both. */
    conditions: fc.oneof(
      { maxDepth: 3, depthSize: 'small' },
      { arbitrary: operator.map((entry) => objectText([entry])), weight: 5 },
      { arbitrary: fc.tuple(operator, operator).map(objectText), weight: 1 },
      { arbitrary: objectOf(tie('entry'), 1), weight: 1 },
      { arbitrary: fc.oneof(tie('conditions'), tie('filter')).map((text) => `{"$elemMatch": ${text}}`), weight: 2 },
      { arbitrary: tie('conditions').map((text) => `{"$not": ${text}}`), weight: 1 },
      { arbitrary: arrayOf(tie('conditions'), 1).map((text) => `{"$or": ${text}}`), weight: 1 },
    ),
  })).filter;
}

export interface World {
  /** JSON texts. */
  filters: string[];
  events: string[];
}

/** Filters and events about the same few names and scalars, so that they often meet. */
export const world = (sizes: { filters: number; events: number }): fc.Arbitrary<World> =>
  fc
    .record({
      someNames: fc.shuffledSubarray(names, { minLength: 1, maxLength: 2 }),
      someScalars: fc.shuffledSubarray(scalars, { minLength: 2, maxLength: 5 }),
    })
    .chain(({ someNames, someScalars }) => {
      const name = fc.constantFrom(...someNames);
      const scalar = fc.constantFrom(...someScalars);
      const json = jsonOver(name, scalar);
      const event = fc.oneof(
        { arbitrary: objectOf(fc.tuple(name, json), 1), weight: 4 },
        { arbitrary: json, weight: 1 },
      );
      return fc.record({
        filters: fc.array(filtersOver(name, scalar), { minLength: 1, maxLength: sizes.filters }),
        events: fc.array(event, { minLength: 1, maxLength: sizes.events }),
      });
    });
