import { parseJson } from '@sluice/exact-json/parse-json';
import { explainMismatch } from '@sluice/filters/explain-mismatch';
import { parseFilterText } from '@sluice/filters/parse-filter';
import { expect, it } from 'vitest';
import { reasonInWords } from './reason-words.js';

function reason(filter: string, event: string): string {
  const parsed = parseFilterText(filter);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults));
  return reasonInWords(explainMismatch(parsed.filter, parseJson(event)) ?? 'it matches');
}

it.each([
  ['{"total":{"$gt":100}}', '{"total":30}', 'total is greater than 100: the event has 30'],
  ['{"a":{"$exist":false}}', '{"a":1}', 'a is missing: the event has 1'],
  ['{"a":{"$exist":true}}', '{}', 'a exists: the event has no such field'],
  ['{"a":"costs $gt 5"}', '{"a":"\\"$lt"}', 'a is "costs $gt 5": the event has "\\"$lt"'],
  ['{"\\\\$gt":1}', '{"$gt":2}', '\\$gt is 1: the event has 2'],
  ['{"$not":{"a":1}}', '{"a":1}', 'not (a is 1): the event has 1'],
  [
    '{"$or":[{"a":1},{"b":{"$in":[2,3]}}]}',
    '{"a":0,"b":0}',
    'none of the alternatives holds (a is 1: the event has 0; b is one of [2,3]: the event has 0)',
  ],
])('%s and %s: %s', (filter, event, words) => expect(reason(filter, event)).toBe(words));
