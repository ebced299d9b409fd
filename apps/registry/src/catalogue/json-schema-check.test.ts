import { expect, test } from 'vitest';
import { builtInTypes } from './built-in-types.js';
import { jsonSchemaFault } from './json-schema-check.js';

const nested = (levels: number): object => (levels === 0 ? {} : { not: nested(levels - 1) });

test.each([
  [{ type: 'object', required: ['id'], properties: { id: { type: 'string' } } }],
  [{ $schema: 'https://json-schema.org/draft/2020-12/schema', $id: 'https://example.com/order', type: 'object' }],
  [{ $defs: { node: { properties: { next: { $ref: '#/$defs/node' } } } }, $ref: '#/$defs/node' }],
  [{ $defs: { 'a/b c': { type: 'string' } }, $ref: '#/$defs/a~1b%20c' }],
  [{ properties: { pattern: { pattern: '^[a-z]+$' }, $ref: { type: 'string' } } }],
  [{ patternProperties: { '^x-': true } }],
  // Data, not schemas: what lies in them means nothing.
  [{ enum: [{ $ref: 'https://example.com' }, { pattern: '(' }], examples: [{ $ref: 'x' }], default: { pattern: '(' } }],
  [nested(60)],
])('accepts %j', (schema) => {
  expect(jsonSchemaFault(JSON.stringify(schema))).toBeNull();
});

test.each([
  ['[]', 'must be a JSON object'],
  ['true', 'must be a JSON object'],
  ['{', 'is not acceptable JSON'],
  ['{"type":"string","type":"number"}', 'is not acceptable JSON'],
  [JSON.stringify({ description: 'x'.repeat(64 * 1024) }), 'is larger than 64 KiB'],
  [JSON.stringify(nested(70)), 'is not acceptable JSON'],
  ['{"type":"text"}', 'is not JSON Schema 2020-12: /type'],
  ['{"minLength":-1}', 'is not JSON Schema 2020-12: /minLength'],
  ['{"$schema":"http://json-schema.org/draft-07/schema#"}', 'must be of the dialect'],
  ['{"$schema":"https://attacker.example/schema"}', 'must be of the dialect'],
  ['{"$ref":"https://attacker.example/schema"}', 'refers at #/$ref to something outside itself'],
  ['{"items":{"$ref":"other.json"}}', 'refers at #/items/$ref to something outside itself'],
  ['{"$ref":"#/$defs/missing"}', 'refers at #/$ref to #/$defs/missing, where it has no schema'],
  ['{"$ref":"#anchor"}', 'where it has no schema'],
  ['{"$dynamicRef":"#x"}', 'uses $dynamicRef at #, which is not supported'],
  ['{"properties":{"a":{"$id":"https://example.com/a"}}}', 'has an $id at #/properties/a'],
  ['{"pattern":"(?=a)b"}', 'has a pattern at #/pattern that is not RE2 syntax'],
  ['{"properties":{"a":{"pattern":"(a)\\\\1"}}}', 'has a pattern at #/properties/a/pattern that is not RE2 syntax'],
  ['{"patternProperties":{"(?!x)":true}}', 'has a pattern at #/patternProperties/(?!x) that is not RE2 syntax'],
  [JSON.stringify({ pattern: 'x'.repeat(1_001) }), 'has a pattern at #/pattern of more than 1000 characters'],
])('refuses %.60s', (schema, message) => {
  expect(jsonSchemaFault(schema)).toContain(message);
});

test('the built-in types are held to the same rules', () => {
  expect(builtInTypes.map(({ schema }) => jsonSchemaFault(schema!))).toEqual(builtInTypes.map(() => null));
});
