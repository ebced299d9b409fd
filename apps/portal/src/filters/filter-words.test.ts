import { parseFilterText } from '@sluice/filters/parse-filter';
import { describe, expect, it } from 'vitest';
import { filterLine, filterWords } from './filter-words.js';

function parsed(text: string) {
  const result = parseFilterText(text);
  if (!result.ok) throw new Error(JSON.stringify(result.faults));
  return result.filter.root;
}

describe('a filter in words', () => {
  it.each([
    ['{}', 'every event'],
    ['{"a":1}', 'a is 1'],
    ['{"a":1152921504606846977}', 'a is 1152921504606846977'],
    ['{"a":{"$in":[1,"x"]},"b":{"$startsWith":"far"}}', 'a is 1 or "x" and b starts with "far"'],
    ['{"a":{"$in":[1,2,3,4,5,6]}}', 'a is 1, 2, 3, 4 or 2 more'],
    [
      '{"$or":[{"a":{"$gt":1,"$lt":5}},{"b":{"$exist":false}}]}',
      '(a is greater than 1 and a is less than 5) or b is missing',
    ],
    ['{"$not":{"a":{"$neq":null}}}', 'not (a is not null)'],
    ['{"items":{"$elemMatch":{"n":{"$gte":2}}}}', 'items has an element of which (n is at least 2)'],
  ])('%s', (text, line) => expect(filterLine(parsed(text))).toBe(line));

  it('is a tree where parts depend on each other', () => {
    expect(filterWords(parsed('{"a":1,"$or":[{"b":2},{"c":3}]}'))).toEqual({
      text: 'all of these hold',
      parts: [
        { text: 'a is 1', parts: [] },
        {
          text: 'at least one of these holds',
          parts: [
            { text: 'b is 2', parts: [] },
            { text: 'c is 3', parts: [] },
          ],
        },
      ],
    });
  });
});
