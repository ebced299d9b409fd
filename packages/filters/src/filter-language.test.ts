import { parseJson } from '@sluice/exact-json/parse-json';
import { describe, expect, test } from 'vitest';
import { compileFilter } from './compile-filter.js';
import { explainMismatch } from './explain-mismatch.js';
import { parseFilterText } from './parse-filter.js';

/** Whether the event matches; filter and event are JSON texts, so that literals keep their digits. */
function matches(filter: string, event: string): boolean {
  const parsed = parseFilterText(filter);
  if (!parsed.ok) throw new Error(parsed.faults.map(({ path, message }) => `${path}: ${message}`).join('; '));
  const outcome = compileFilter(parsed.filter)(parseJson(event));
  expect(explainMismatch(parsed.filter, parseJson(event)) === null).toBe(outcome);
  return outcome;
}

/** Rows of filter, events that match, events that do not. */
type Row = [filter: string, matching: string[], others: string[]];

const check = (title: string, rows: Row[]) =>
  describe(title, () => {
    test.each(rows)('%s', (filter, matching, others) => {
      for (const event of matching) expect([event, matches(filter, event)]).toEqual([event, true]);
      for (const event of others) expect([event, matches(filter, event)]).toEqual([event, false]);
    });
  });

check('objects and paths', [
  ['{}', ['{}', '[]', 'null', '1'], []],
  ['{"a":1,"b":2}', ['{"a":1,"b":2}'], ['{"a":1}', '{"a":1,"b":3}']],
  ['{"a":{"b":1}}', ['{"a":{"b":1,"c":2}}'], ['{"a":{"b":2}}', '{"a.b":1}', '{"a":[{"b":1}]}', '{"a":null}']],
  ['{"a.b":1}', ['{"a":{"b":1}}'], ['{"a.b":1}', '{"a":1}']],
  ['{"a":{"$and":[{"$gt":1},{"b":2}]}}', [], ['{"a":2}', '{"a":{"b":2}}']],
  ['{"a":{"$":{"b":2}}}', ['{"a":[{"b":1},{"b":2}]}', '{"a":{"b":2}}'], ['{"a":[{"b":1}]}']],
  ['{"":1}', ['{"":1}'], ['{}', '{"a":1}']],
  ['{"__proto__":1}', ['{"__proto__":1}'], ['{}', '{"__proto__":2}']],
  ['{"constructor":{"$exist":true}}', ['{"constructor":null}'], ['{}', '[]', '1', '"x"']],
  ['{"a":{"length":{"$exist":true}}}', ['{"a":{"length":0}}'], ['{"a":[]}', '{"a":"x"}']],
  ['{"n":{"literal":{"$exist":true}}}', [], ['{"n":1152921504606846976}']],
]);

check('keys of events are data', [
  ['{"a":1}', ['{"$ref":"x","a":1}', '{"$gt":5,"a.b":1,"":0,"a":1}'], ['{"$or":[{"a":1}]}', '{"a":{"$eq":1}}']],
  ['{"a":{"$eq":{"$gt":1}}}', ['{"a":{"$gt":1}}'], ['{"a":2}']],
  ['{"a":[{"$ref":"x"}]}', ['{"a":[{"$ref":"x"}]}'], ['{"a":[{"$ref":"y"}]}']],
  ['{"\\\\$ref":"x"}', ['{"$ref":"x"}'], ['{"\\\\$ref":"x"}']],
  ['{"$.$ref":"x"}', ['{"$ref":"x"}', '[{"$ref":"x"}]'], ['{"ref":"x"}']],
  ['{"a\\\\.b":1}', ['{"a.b":1}'], ['{"a":{"b":1}}']],
  ['{"a.\\\\$.b":1}', ['{"a":{"$":{"b":1}}}'], ['{"a":[{"b":1}]}']],
]);

check('equality', [
  [
    '{"a":1}',
    ['{"a":1}', '{"a":1.0}', '{"a":10e-1}', '{"a":"1"}'],
    ['{"a":"1.0"}', '{"a":"01"}', '{"a":true}', '{"a":"+1"}'],
  ],
  [
    '{"a":3761}',
    ['{"a":"3761"}'],
    ['{"a":"03761"}', '{"a":" 3761"}', '{"a":"3761.0"}', '{"a":"0xeb1"}', '{"a":"3.761e3"}'],
  ],
  ['{"a":"3761"}', ['{"a":3761}', '{"a":3761.0}'], ['{"a":"03761"}', '{"a":37610}']],
  ['{"a":"1.0"}', ['{"a":"1.0"}'], ['{"a":1.0}', '{"a":"1"}']],
  ['{"a":0}', ['{"a":-0}', '{"a":0e5}', '{"a":"0"}'], ['{"a":"-0"}', '{"a":""}', '{"a":null}', '{"a":false}']],
  [
    '{"a":1152921504606846976}',
    ['{"a":1152921504606846976}', '{"a":"1152921504606846976"}', '{"a":1152921504606846976.0}'],
    ['{"a":1152921504606846977}', '{"a":1152921504606847000}', '{"a":"1152921504606847000"}'],
  ],
  ['{"a":1e400}', ['{"a":10e399}'], ['{"a":1e401}', '{"a":1e999999999}']],
  ['{"a":null}', ['{"a":null}', '{"a":[null]}'], ['{}', '{"a":0}', '{"a":"null"}', '{"a":[]}']],
  ['{"a":"x"}', ['{"a":"x"}', '{"a":["y","x"]}'], ['{"a":"X"}', '{"a":[["x"]]}', '{"a":{"x":1}}']],
  ['{"a":[1,2]}', ['{"a":[1,2]}', '{"a":["1",2.0]}', '{"a":[[1,2],3]}'], ['{"a":[2,1]}', '{"a":[1,2,3]}', '{"a":1}']],
  ['{"a":{"$eq":{"x":1,"y":[2]}}}', ['{"a":{"y":["2"],"x":1}}'], ['{"a":{"x":1}}', '{"a":{"x":1,"y":[2],"z":3}}']],
  ['{"a":{"$neq":1}}', ['{}', '{"a":null}', '{"a":2}', '{"a":[2]}'], ['{"a":1}', '{"a":"1"}', '{"a":[2,1]}']],
  [
    '{"a":{"$in":[1,"x",null]}}',
    ['{"a":"1"}', '{"a":"x"}', '{"a":null}', '{"a":[5,"x"]}'],
    ['{}', '{"a":"y"}', '{"a":[]}'],
  ],
  [
    '{"a":{"$in":[{"b":1},1e400]}}',
    ['{"a":{"b":"1"}}', '{"a":[{"b":1.0}]}', '{"a":1e400}'],
    ['{"a":{"b":2}}', '{"a":"1e400"}'],
  ],
  ['{"a":{"$nin":[1,"x"]}}', ['{}', '{"a":"y"}', '{"a":[]}', '{"a":[2,{"x":1}]}'], ['{"a":1.0}', '{"a":[2,"x"]}']],
]);

check('comparisons', [
  [
    '{"a":{"$gt":5}}',
    ['{"a":6}', '{"a":"6"}', '{"a":"05.5"}', '{"a":1e400}'],
    ['{"a":5}', '{"a":"5.0"}', '{"a":null}', '{"a":[6]}', '{}', '{"a":true}'],
  ],
  ['{"a":{"$gte":"5","$lt":7}}', ['{"a":5}', '{"a":6.999}'], ['{"a":7}', '{"a":4.9}', '{"a":"abc"}']],
  [
    '{"a":{"$gt":1152921504606846975}}',
    ['{"a":1152921504606846976}', '{"a":1e999999999}'],
    ['{"a":1152921504606846975}', '{"a":-1e999999999}'],
  ],
  ['{"a":{"$lte":0}}', ['{"a":-0}', '{"a":-1e-400}'], ['{"a":1e-400}', '{"a":""}']],
  [
    '{"at":{"$gt":"2024-05-01T10:00:00Z"}}',
    ['{"at":"2024-05-01T10:00:00.000000001Z"}', '{"at":"2024-05-01T09:30:00-01:00"}', '{"at":"2024-05-02"}'],
    [
      '{"at":"2024-05-01T12:00:00+02:00"}',
      '{"at":"2024-05-01"}',
      '{"at":1714557601}',
      '{"at":"9999"}',
      '{"at":"tomorrow"}',
      '{}',
    ],
  ],
  ['{"a":{"$lt":"2024-05-01"}}', ['{"a":"2024-04-30T23:59:59.999Z"}'], ['{"a":1}', '{"a":"1"}', '{"a":"2024-05-01"}']],
]);

check('missing and null', [
  ['{"a":{"$exist":true}}', ['{"a":null}', '{"a":0}', '{"a":[]}', '{"a":{}}'], ['{}', '{"b":1}', '[]', 'null']],
  ['{"a":{"$exist":false}}', ['{}', '{"b":1}', 'null', '[{"a":1}]'], ['{"a":null}']],
  ['{"a.b":{"$exist":false}}', ['{}', '{"a":null}', '{"a":{}}', '{"a":1}'], ['{"a":{"b":null}}']],
]);

check('any element', [
  ['{"$.a":1}', ['[{"a":1}]', '[{"a":2},{"a":1}]', '{"a":1}'], ['[]', '[{"a":2}]', '[[{"a":1}]]']],
  [
    '{"items.$.sku":"x"}',
    ['{"items":[{"sku":"y"},{"sku":"x"}]}', '{"items":{"sku":"x"}}'],
    ['{"items":[]}', '{"items":[{"skus":"x"}]}', '{}'],
  ],
  [
    '{"a.$.b.$.c":1}',
    ['{"a":[{"b":[{"c":0},{"c":1}]}]}', '{"a":{"b":{"c":1}}}'],
    ['{"a":[{"b":[]}]}', '{"a":[[{"b":{"c":1}}]]}'],
  ],
  ['{"a.$.$.b":1}', ['{"a":[[{"b":1}]]}', '{"a":[{"b":1}]}'], ['{"a":[[[{"b":1}]]]}']],
  ['{"items.$":{"a":1,"b":2}}', ['{"items":[{"a":1},{"b":2}]}'], ['{"items":[{"a":1}]}']],
  [
    '{"items.$.a":{"$neq":1}}',
    ['{"items":[{"a":1},{"a":2}]}', '{"items":[{"a":1},{}]}', '{"items":[]}', '{}'],
    ['{"items":[{"a":1}]}'],
  ],
  ['{"items.$.a":{"$exist":false}}', ['{"items":[{"a":1},{}]}', '{"items":[]}'], ['{"items":[{"a":null}]}']],
]);

check('logic', [
  ['{"$or":[{"a":1},{"b":1}]}', ['{"a":1}', '{"b":1}'], ['{}', '{"a":2}']],
  ['{"$and":[{"a":1},{"$or":[{"b":1},{"c":1}]}]}', ['{"a":1,"c":1}'], ['{"a":1}', '{"c":1}']],
  ['{"$not":{"a":1}}', ['{}', '{"a":2}'], ['{"a":1}', '{"a":[1]}']],
  ['{"$not":{}}', [], ['{}', 'null']],
  ['{"a":{"$or":[{"$lt":1},{"$gt":5}]}}', ['{"a":0}', '{"a":6}'], ['{"a":3}', '{}']],
  ['{"a":{"$not":{"$and":[{"b":1},{"$exist":true}]}}}', ['{}', '{"a":{"b":2}}'], ['{"a":{"b":1}}']],
]);

check('strings', [
  ['{"a":{"$regex":"b+c"}}', ['{"a":"abbcd"}'], ['{"a":"ac"}', '{"a":["bc"]}', '{"a":1}', '{}', '{"a":null}']],
  ['{"a":{"$regex":"^(?i)alice$"}}', ['{"a":"ALICE"}'], ['{"a":"alice!"}']],
  ['{"a":{"$regex":"^.$"}}', ['{"a":"😀"}', '{"a":"\\ud800"}'], ['{"a":"ab"}', '{"a":"\\n"}']],
  ['{"a":{"$startsWith":"0x"}}', ['{"a":"0xab"}', '{"a":"0x"}'], ['{"a":"x0x"}', '{"a":["0x"]}', '{"a":0}', '{}']],
  ['{"a":{"$startsWith":["a","b"]}}', ['{"a":"bc"}'], ['{"a":"c"}']],
  ['{"a":{"$endsWith":["z",".eth"]}}', ['{"a":"vitalik.eth"}', '{"a":"z"}'], ['{"a":"eth"}', '{"a":"ethz."}']],
  ['{"a":{"$endsWith":""}}', ['{"a":""}', '{"a":"x"}'], ['{"a":null}']],
]);

check('$elemMatch', [
  [
    '{"items":{"$elemMatch":{"a":1,"b":{"$gt":1}}}}',
    ['{"items":[{"a":1,"b":2}]}'],
    ['{"items":[{"a":1},{"b":2}]}', '{"items":{"a":1,"b":2}}', '{"items":[]}', '{}'],
  ],
  ['{"scores":{"$elemMatch":{"$gt":5,"$lt":10}}}', ['{"scores":[1,7]}'], ['{"scores":[1,20]}', '{"scores":7}']],
  ['{"m":{"$elemMatch":{"$elemMatch":{"$eq":1}}}}', ['{"m":[[0],[1]]}', '{"m":[[[1]]]}'], ['{"m":[1]}']],
  ['{"a":{"$elemMatch":{"b":{"$exist":false}}}}', ['{"a":[{"b":1},5]}'], ['{"a":[{"b":1}]}', '{"a":[]}']],
]);

describe('what Airstack documented', () => {
  const profile =
    '{"userId":"602","isFarcasterPowerUser":true,"followerCount":120,"socialCapital":{"socialCapitalScore":1.5,"socialCapitalRank":17}}';

  test.each([
    '{"$.socialCapital.$.socialCapitalRank":{"$lt":100}}',
    '{"$.socialCapital.$.socialCapitalRank":17}',
    '{"userId":{"$eq":602},"isFarcasterPowerUser":true}',
    '{"userId":{"$in":[601,602]}}',
    '{"$or":[{"followerCount":{"$gte":1000}},{"socialCapital":{"socialCapitalScore":{"$gt":1}}}]}',
  ])('%s', (filter) => expect(matches(filter, profile)).toBe(true));
});

describe('what broke other engines', () => {
  test('mixed arrays under $in and $exist', () => {
    const event = '{"a":[1,"x",null,{"b":[true]},[2],1152921504606846976]}';
    expect(matches('{"a":{"$in":["y",{"b":["true"]},[2]]}}', event)).toBe(true);
    expect(matches('{"a":{"$in":["y",3,{"b":[false]}]}}', event)).toBe(false);
    expect(matches('{"a.$.b":{"$exist":true}}', event)).toBe(true);
    expect(matches('{"a.b":{"$exist":false}}', event)).toBe(true);
  });

  test('a megabyte of digits, as a number and as a string', () => {
    const digits = '7'.repeat(1_000_000);
    for (const event of [`{"a":${digits}}`, `{"a":"${digits}"}`, `{"a":[${digits},"${digits}"]}`]) {
      expect(matches('{"a":1}', event)).toBe(false);
      expect(matches('{"a":{"$nin":[1,2]}}', event)).toBe(true);
    }
    expect(matches('{"a":{"$gt":1e999998}}', `{"a":"${digits}"}`)).toBe(true);
    expect(matches('{"a":{"$gt":1e1000001}}', `{"a":${digits}}`)).toBe(false);
  });

  test('a pattern that takes a backtracking engine for ever', () => {
    expect(matches('{"a":{"$regex":"^(([a-z])+.)+[A-Z]([a-z])+$"}}', `{"a":"${'a'.repeat(50_000)}"}`)).toBe(false);
  });
});
