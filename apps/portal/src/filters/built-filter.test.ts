import { writeJson } from '@sluice/exact-json/write-json';
import { parseFilterText } from '@sluice/filters/parse-filter';
import { describe, expect, it } from 'vitest';
import { builtOf, filterOf } from './built-filter.js';

function built(text: string) {
  const parsed = parseFilterText(text);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults));
  return builtOf(parsed.filter.root);
}

describe('the filter builder', () => {
  it.each([
    '{}',
    '{"a":1}',
    '{"a":"x","b.c":true}',
    '{"a":"3761"}',
    '{"a":1152921504606846977}',
    '{"a":{"$in":[1,"x"]}}',
    '{"a":{"$gte":10,"$lt":20}}',
    '{"a":{"$startsWith":["x","y"]},"b":{"$endsWith":"z"}}',
    '{"a":{"$exist":false}}',
    '{"$or":[{"a":1},{"b":{"$regex":"^x"}}]}',
  ])('shows %s, and says the same again', (text) => {
    const shown = built(text);
    expect(shown).not.toBeNull();
    expect(writeJson(filterOf(shown!))).toBe(text);
  });

  it.each([
    '{"$not":{"a":1}}',
    '{"a":{"$eq":{"b":1}}}',
    '{"$or":[{"a":1,"b":2},{"c":3}]}',
    '{"a":{"$elemMatch":{"b":1}}}',
    '{"a":{"$in":["x,y"]}}',
  ])('leaves %s to the JSON editor', (text) => expect(built(text)).toBeNull());

  it('leaves out lines that say nothing yet, and keeps two of the same kind apart', () => {
    const row = (path: string, value: string) => ({ key: 0, path, operator: '$neq' as const, value });
    expect(writeJson(filterOf({ join: 'all', rows: [row('a', ''), row('', '1')] }))).toBe('{}');
    expect(writeJson(filterOf({ join: 'all', rows: [row('a', '1'), row('a', '2')] }))).toBe(
      '{"$and":[{"a":{"$neq":1}},{"a":{"$neq":2}}]}',
    );
  });
});
