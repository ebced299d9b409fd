import { parseJson } from '@sluice/exact-json/parse-json';
import { expect, test } from 'vitest';
import { explainMismatch } from './explain-mismatch.js';
import { parseFilterText } from './parse-filter.js';

function explain(filter: string, event: string): string | null {
  const parsed = parseFilterText(filter);
  if (!parsed.ok) throw new Error(parsed.faults[0]!.message);
  return explainMismatch(parsed.filter, parseJson(event));
}

test.each([
  ['{"followerProfileId":3761}', '{"followerProfileId":"12"}', 'followerProfileId $eq 3761: the event has "12"'],
  ['{"a":1,"b":{"$gt":1152921504606846976}}', '{"a":1,"b":0.5}', 'b $gt 1152921504606846976: the event has 0.5'],
  ['{"a.b":{"$in":[1,2]}}', '{"a":{}}', 'a.b $in [1,2]: the event has no such field'],
  ['{"a":{"$exist":false}}', '{"a":null}', 'a $exist false: the event has null'],
  ['{"\\\\$ref":{"$regex":"^x"}}', '{"$ref":"y"}', '\\$ref $regex "^x": the event has "y"'],
  [
    '{"items.$.sku":"x"}',
    '{"items":[{"sku":1},{},{"sku":2},{"sku":3},{"sku":4}]}',
    'items.$.sku $eq "x": the event has 1; 2; 3; and 1 more',
  ],
  [
    '{"$or":[{"a":1},{"b":{"$lt":5}}]}',
    '{"a":2}',
    'no alternative of $or holds (a $eq 1: the event has 2; b $lt 5: the event has no such field)',
  ],
  ['{"$not":{"a":1}}', '{"a":"1"}', '$not (a $eq 1): the event has "1"'],
  ['{"a":{"$not":{"$gt":1,"$lt":5}}}', '{"a":2}', '$not (a $gt 1 and a $lt 5): the event satisfies it'],
  ['{"a":{"$elemMatch":{"b":1}}}', '{"a":5}', 'a $elemMatch (b $eq 1): the event has 5'],
  ['{"a":{"$elemMatch":{"b":1}}}', '{"a":[]}', 'a $elemMatch (b $eq 1): the array is empty'],
  [
    '{"a":{"$elemMatch":{"$gt":5,"$lt":9}}}',
    '{"a":[1,10]}',
    'a $elemMatch (the element $gt 5 and the element $lt 9): no element satisfies it ' +
      '(the element $gt 5: element 0 is 1; the element $lt 9: element 1 is 10)',
  ],
])('%s on %s', (filter, event, reason) => expect(explain(filter, event)).toBe(reason));

test('long values are cut, and so is the whole', () => {
  const long = 'x'.repeat(100_000);
  expect(explain('{"a":1}', `{"a":"${long}"}`)).toBe(`a $eq 1: the event has "${'x'.repeat(119)}…`);
  const alternatives = (depth: number): string =>
    depth === 0 ? '{"a":"y"}' : `{"$or":[${[1, 2, 3].map(() => alternatives(depth - 1)).join(',')}]}`;
  expect(explain(alternatives(4), `{"a":"${long}"}`)!.length).toBeLessThan(2_100);
});
