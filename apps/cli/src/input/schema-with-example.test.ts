import { expect, it } from 'vitest';
import { JsonText } from './json-body.js';
import { schemaWithExample } from './schema-with-example.js';

const json = (text: string) => JsonText.of('--x', text);

it('puts the example into the schema as it was written', () => {
  const example = json('{"n": 12345678901234567890}');
  expect(schemaWithExample(json(' {"type":"object"}'), example)?.text).toBe(
    '{"examples":[{"n": 12345678901234567890}],"type":"object"}',
  );
  expect(schemaWithExample(undefined, example)?.text).toBe('{"examples":[{"n": 12345678901234567890}]}');
  expect(schemaWithExample(json('true'), undefined)?.text).toBe('true');
});

it('does not say over what the schema says itself', () => {
  expect(() => schemaWithExample(json('{"examples":[1]}'), json('2'))).toThrow('has examples already');
  expect(() => schemaWithExample(json('true'), json('2'))).toThrow('that is an object');
});
