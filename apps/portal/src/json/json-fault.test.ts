import { expect, it } from 'vitest';
import { jsonFaultOf } from './json-fault.js';

it.each(['{}', '1', '{ "a": [1,\n 2] }', '{"n":1e400}'])('%s is JSON', (text) => expect(jsonFaultOf(text)).toBeNull());

it.each([
  ['', 1],
  ['{ "a": }', 1],
  ['{\n  "ä": "ö",\n  "b": 1,\n}', 4],
  ['{}\n{}', 2],
  ['{"a":1,\n"a":2}', 2],
])('%s is none, and it is said where', (text, line) => expect(jsonFaultOf(text)).toContain(`, line ${line}: `));
