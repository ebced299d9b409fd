import { describe, expect, it } from 'vitest';
import { SchemaValidators } from './schema-validators.js';

const validators = new SchemaValidators();

const violations = (schema: unknown, data: unknown) =>
  validators.violations(JSON.stringify(schema), Buffer.from(typeof data === 'string' ? data : JSON.stringify(data)));
const paths = (schema: unknown, data: unknown) => violations(schema, data).map(({ path }) => path);

describe('violations', () => {
  it('has none where the data fits', () => {
    const schema = { type: 'object', properties: { a: { enum: [{ x: [1, 2] }] } }, unevaluatedProperties: false };
    expect(violations(schema, { a: { x: [1, 2] } })).toEqual([]);
  });

  it('says what, by path, once for each path', () => {
    const schema = {
      properties: {
        list: { items: { type: 'integer', minimum: 3 } },
        kind: { enum: ['a', 'b'] },
        name: { type: 'string', minLength: 2, pattern: '^x' },
        'a/b': { const: 1 },
      },
      additionalProperties: false,
    };
    const data = { list: [3, 'x', 1.5], kind: 'c', name: 'y', 'a/b': 2, more: 1 };
    expect(violations(schema, data)).toEqual([
      { path: 'data.more', message: 'is not a member of this type' },
      { path: 'data.list.1', message: 'must be integer' },
      { path: 'data.list.2', message: expect.stringContaining('must be integer') },
      { path: 'data.kind', message: 'must be one of "a", "b"' },
      { path: 'data.name', message: expect.stringMatching(/2 characters, or must match pattern/) },
      { path: 'data.a/b', message: 'must be 1' },
    ]);
  });

  it('looks at the data’s own members only, whatever their names', () => {
    expect(paths({ required: ['constructor', '__proto__'] }, {})).toEqual(['data.constructor', 'data.__proto__']);
    expect(paths({ uniqueItems: true }, '[{"valueOf":1},{"valueOf":1}]')).toEqual(['data']);
    expect(paths({ const: { toString: 1 } }, '{"toString":1}')).toEqual([]);
  });

  it.each([
    ['date-time', '2024-05-17T09:30:00Z', '2024-05-17'],
    ['uri', 'https://e.com/x', 'e com'],
    ['email', 'a@b.co', 'a@'],
    ['uuid', '123e4567-e89b-12d3-a456-426614174000', '123'],
  ])('checks the format %s', (format, good, bad) => {
    expect(violations({ format }, JSON.stringify(good))).toEqual([]);
    expect(paths({ format }, JSON.stringify(bad))).toEqual(['data']);
  });

  it('tells patterns apart, of one schema and of several', () => {
    const schema = {
      properties: { a: { pattern: '^a' }, b: { pattern: '^b' } },
      patternProperties: { '^c': { type: 'string' } },
    };
    expect(violations(schema, { a: 'a', b: 'b', c: 'c' })).toEqual([]);
    expect(paths(schema, { a: 'b', b: 'a', c: 1 })).toEqual(['data.a', 'data.b', 'data.c']);
    expect(paths({ pattern: '^\\d{3}$' }, '"12"')).toEqual(['data']);
  });

  it('follows references within the schema, and reads draft-07 tuples', () => {
    const tree = {
      $defs: { node: { properties: { next: { $ref: '#/$defs/node' } }, required: ['v'] } },
      $ref: '#/$defs/node',
    };
    expect(paths(tree, { v: 1, next: { v: 1, next: {} } })).toEqual(['data.next.next.v']);
    const tuple = {
      $schema: 'http://json-schema.org/draft-07/schema#',
      items: [{ type: 'string' }],
      additionalItems: false,
    };
    expect(paths(tuple, ['a'])).toEqual([]);
    expect(paths(tuple, ['a', 1])).toEqual(['data']);
    expect(paths(tuple, [1])).toEqual(['data.0']);
  });

  it('ignores what asserts nothing', () => {
    const schema = {
      $id: 'https://e.com/a',
      title: 'x',
      'x-own': 7,
      example: { $ref: 'nowhere' },
      format: 'unknown',
      type: 'string',
    };
    expect(violations(schema, '"a"')).toEqual([]);
    expect(violations({ ...schema, title: 'y' }, '"a"')).toEqual([]);
  });
});

describe('an unusable schema', () => {
  it.each([
    ['is no JSON Schema', '7'],
    ['has an unknown type', '{"type":"text"}'],
    ['has a keyword of a wrong kind', '{"required":"a"}'],
    ['refers elsewhere', '{"$ref":"https://e.com/schema"}'],
    ['refers to nothing', '{"$ref":"#/$defs/a"}'],
    ['refers into a value', '{"const":{"a":{}},"$ref":"#/const/a"}'],
    ['has a pattern with look-ahead', '{"pattern":"(?=a)"}'],
    ['has a pattern with a back-reference', '{"pattern":"(a)\\\\1"}'],
    ['nests too deep', `${'{"not":'.repeat(100)}{}${'}'.repeat(100)}`],
  ])('is told at once when it %s', (_what, schema) => {
    expect(validators.fault(schema)).toEqual(expect.any(String));
    expect(validators.violations(schema, Buffer.from('{}'))).toMatchObject([{ path: 'type' }]);
  });
});

describe('a hostile schema', () => {
  /** Without a budget each of these takes longer than the universe, or a minute at least. */
  const levels = Object.fromEntries(
    Array.from({ length: 60 }, (_, level) => {
      const next = { $ref: `#/$defs/l${level + 1}` };
      return [`l${level}`, { anyOf: [next, next] }];
    }),
  );
  const deep = (depth: number): unknown => (depth === 0 ? 1 : { x: deep(depth - 1) });

  it.each([
    ['doubles at every reference', { $defs: { ...levels, l60: { type: 'string' } }, $ref: '#/$defs/l0' }, 1],
    [
      'doubles at every level of the data',
      {
        $defs: { n: { type: 'object', properties: { x: { anyOf: [{ $ref: '#/$defs/n' }, { $ref: '#/$defs/n' }] } } } },
        $ref: '#/$defs/n',
      },
      deep(90),
    ],
    ['refers to itself', { $ref: '#' }, 1],
    ['refers to itself behind a list', { allOf: [{ $ref: '#' }] }, 1],
    [
      'has many patterns',
      { allOf: Array.from({ length: 500 }, (_, i) => ({ pattern: `(a|b|x${i})+$` })) },
      'ab'.repeat(200_000),
    ],
  ])('that %s is given up', (_what, schema, data) => {
    const [first] = violations(schema, typeof data === 'string' ? JSON.stringify(data) : data);
    expect(first).toMatchObject({ path: 'data', message: expect.stringContaining('more work') });
  });

  it('makes unique items and formats of large data no dearer than their size', () => {
    const items = Array.from({ length: 200_000 }, (_, index) => index);
    expect(violations({ uniqueItems: true, items: {} }, items)).toEqual([]);
    expect(paths({ format: 'uri' }, JSON.stringify(`http://${'a:'.repeat(200_000)}`))).toEqual(['data']);
  });
});
