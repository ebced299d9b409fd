import fc from 'fast-check';

/** JSON as text, so that literals keep their digits; from a small stock, so that filters and events often meet. */
const names = ['a', 'b', 'c', '', '$ref', 'a.b', '$', '__proto__', 'constructor'];
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

const quoted = (texts: string[]) => fc.constantFrom(...texts).map((text) => JSON.stringify(text));
const arrayOf = (element: fc.Arbitrary<string>, minLength = 0) =>
  fc.array(element, { minLength, maxLength: 4 }).map((elements) => `[${elements.join(', ')}]`);
const objectOf = (key: fc.Arbitrary<string>, value: fc.Arbitrary<string>, minLength = 0, maxLength = 4) =>
  fc
    .uniqueArray(fc.tuple(key, value), { minLength, maxLength, selector: ([name]) => name })
    .map((members) => `{${members.map(([name, text]) => `${JSON.stringify(name)}: ${text}`).join(', ')}}`);

const scalar = fc.oneof(fc.constantFrom(...literals), quoted(strings));

export const jsonText = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    { arbitrary: scalar, weight: 3 },
    { arbitrary: arrayOf(tie('value')), weight: 2 },
    { arbitrary: objectOf(fc.constantFrom(...names), tie('value')), weight: 3 },
  ),
})).value;

export const eventText = fc.oneof(
  { arbitrary: objectOf(fc.constantFrom(...names), jsonText), weight: 6 },
  { arbitrary: jsonText, weight: 1 },
);

const pathKey = fc.oneof(
  { arbitrary: fc.constantFrom('a', 'b', 'c', '', '__proto__', 'constructor'), weight: 6 },
  {
    arbitrary: fc.constantFrom(
      'a.b',
      'b.c',
      'a.',
      '$.a',
      'a.$.b',
      'b.$.$.c',
      '$.a.$.b',
      '\\$ref',
      'a\\.b',
      'a.\\$',
      '$.$ref',
    ),
    weight: 3,
  },
  // Only right where more of the path follows.
  { arbitrary: fc.constantFrom('$', 'a.$'), weight: 1 },
);

const comparable = fc.oneof(
  fc.constantFrom('0', '1', '1.5', '1e2', '1152921504606846976', '1e400', '-1e-400'),
  quoted(['1', '01', '1.0', '2024-05-01', '2024-05-01T00:00:00.5Z']),
);
const affixes = fc.oneof(quoted(['', 'a', 'ab', 'c', '1']), arrayOf(quoted(['', 'a', 'bc', '0'])));

const leafEntries: [string, fc.Arbitrary<string>][] = [
  ['$eq', jsonText],
  ['$neq', jsonText],
  ['$gt', comparable],
  ['$gte', comparable],
  ['$lt', comparable],
  ['$lte', comparable],
  ['$in', arrayOf(jsonText)],
  ['$nin', arrayOf(jsonText)],
  ['$exist', fc.constantFrom('true', 'false')],
  ['$regex', quoted(patterns)],
  ['$startsWith', affixes],
  ['$endsWith', affixes],
];
const leafEntry = fc.oneof(
  ...leafEntries.map(([operator, operand]) => operand.map((text) => [operator, text] as const)),
);
const asObject = (entries: (readonly [string, string])[]) => {
  const members = new Map(entries);
  return `{${[...members].map(([name, text]) => `${JSON.stringify(name)}: ${text}`).join(', ')}}`;
};

const { filter } = fc.letrec<{ filter: string; entry: readonly [string, string]; conditions: string }>((tie) => ({
  /** An object of paths and logic. */
  filter: fc.array(tie('entry'), { maxLength: 3 }).map(asObject),
  entry: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    { arbitrary: fc.tuple(pathKey, fc.oneof(scalar, arrayOf(jsonText))), weight: 4 },
    { arbitrary: fc.tuple(pathKey, tie('conditions')), weight: 4 },
    { arbitrary: fc.tuple(fc.constantFrom('$and', '$or'), arrayOf(tie('filter'), 1)), weight: 1 },
    { arbitrary: fc.tuple(fc.constant('$not'), tie('filter')), weight: 1 },
  ),
  /** What stands below a path: operators, more path, logic on both. */
  conditions: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    { arbitrary: fc.array(leafEntry, { minLength: 1, maxLength: 2 }).map(asObject), weight: 5 },
    { arbitrary: fc.tuple(leafEntry, tie('entry')).map(asObject), weight: 1 },
    { arbitrary: fc.array(tie('entry'), { minLength: 1, maxLength: 2 }).map(asObject), weight: 1 },
    { arbitrary: tie('conditions').map((text) => `{"$elemMatch": ${text}}`), weight: 1 },
    { arbitrary: tie('filter').map((text) => `{"$elemMatch": ${text}}`), weight: 1 },
    { arbitrary: tie('conditions').map((text) => `{"$not": ${text}}`), weight: 1 },
    { arbitrary: arrayOf(tie('conditions'), 1).map((text) => `{"$or": ${text}}`), weight: 1 },
  ),
}));

/** Filters, most of them valid. */
export const filterText = filter;
