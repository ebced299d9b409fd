import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ExactNumber, readNumber } from './exact-number.js';
import { JsonFault } from './json-fault.js';
import type { JsonValue } from './json-value.js';
import { elementSlices, memberSlices, parseJson, placeOf } from './parse-json.js';
import { writeJson } from './write-json.js';

/** The value with ordinary objects, to compare it with what the built-in parser gives. */
function plain(value: JsonValue): unknown {
  if (value === null || typeof value !== 'object' || value instanceof ExactNumber) return value;
  if (Array.isArray(value)) return value.map(plain);
  const object = {};
  for (const name of Object.keys(value)) {
    Object.defineProperty(object, name, { value: plain(value[name]!), enumerable: true, configurable: true });
  }
  return object;
}

function faultOf(read: () => unknown): { message: string; offset: number } {
  try {
    read();
  } catch (error) {
    if (error instanceof JsonFault) return { message: error.message, offset: error.offset };
    throw error;
  }
  throw new Error('was accepted');
}

const jsonText = fc
  .tuple(fc.jsonValue({ maxDepth: 5 }), fc.constantFrom('', ' ', '\n\t', 1))
  .map(([value, space]) => JSON.stringify(value, null, space));

describe('parseJson', () => {
  test('agrees with JSON.parse on what JSON.parse reads without loss', () => {
    fc.assert(
      fc.property(jsonText, (text) => {
        expect(plain(parseJson(text))).toEqual(JSON.parse(text));
        expect(plain(parseJson(Buffer.from(text)))).toEqual(JSON.parse(text));
      }),
      { numRuns: 1_000 },
    );
  });

  test('agrees with JSON.parse on which texts are JSON', () => {
    const almostJson = fc
      .tuple(
        jsonText,
        fc.nat(),
        fc.constantFrom('', ',', '"', '\\', '{', ']', '0', '-', '.', 'e', '\u0000', 'nul', ' '),
      )
      .map(([text, at, noise]) => text.slice(0, at % (text.length + 1)) + noise + text.slice(at % (text.length + 1)));
    const parses = (text: string) => {
      try {
        JSON.parse(text);
        return true;
      } catch {
        return false;
      }
    };
    fc.assert(
      fc.property(
        fc.oneof(almostJson, fc.string(), fc.string({ unit: fc.constantFrom(...'{}[]",:\\u0123-+.eEtrufalsn ') })),
        (text) => {
          let fault: JsonFault | null = null;
          try {
            parseJson(text);
          } catch (error) {
            expect(error).toBeInstanceOf(JsonFault);
            fault = error as JsonFault;
          }
          if (fault === null) expect(parses(text)).toBe(true);
          // These two are JSON, and refused.
          else if (!/duplicate member|exponent of more than/.test(fault.message)) expect(parses(text)).toBe(false);
        },
      ),
      { numRuns: 3_000 },
    );
  });

  test('reads every number as its literal says', () => {
    const digits = fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 1, maxLength: 20 });
    const literal = fc
      .tuple(fc.constantFrom('', '-'), digits, fc.option(digits), fc.option(fc.integer({ min: -400, max: 400 })))
      .map(([sign, whole, fraction, exponent]) =>
        [
          sign,
          whole.replace(/^0+(?=.)/, ''),
          fraction === null ? '' : `.${fraction}`,
          exponent === null ? '' : `e${exponent}`,
        ].join(''),
      );
    fc.assert(
      fc.property(literal, (text) => {
        expect(parseJson(text)).toEqual(readNumber(text));
        expect(parseJson(`[${text}]`)).toEqual([readNumber(text)]);
      }),
      { numRuns: 3_000 },
    );
  });

  test('has objects without prototype, in which __proto__ is a name like any other', () => {
    const value = parseJson('{"__proto__":{"admin":true},"constructor":1}') as Record<string, JsonValue>;
    expect(Object.getPrototypeOf(value)).toBeNull();
    expect(Object.keys(value)).toEqual(['__proto__', 'constructor']);
    expect(value.admin).toBeUndefined();
  });

  test('keeps white space, escapes and every plane of Unicode apart', () => {
    expect(parseJson(' [ "a\\u0000\\n\\"\\\\\\/", "ü€😀", "\\ud83d\\ude00", "x\\u00e9ü" ] ')).toEqual([
      'a\u0000\n"\\/',
      'ü€😀',
      '😀',
      'xéü',
    ]);
  });

  test('accepts the escape of a lone surrogate, which the grammar allows, but not a raw one', () => {
    expect(parseJson('"\\ud800"')).toBe('\ud800');
    expect(faultOf(() => parseJson('["ü", "\ud800"]'))).toEqual({ message: 'lone surrogate', offset: 8 });
    expect(faultOf(() => parseJson(Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22])))).toEqual({
      message: 'invalid UTF-8',
      offset: 1,
    });
  });

  test.each([
    ['{"a":1,"b":2,"\\u0061":3}', 'duplicate member "a"', 13],
    ['[{"x":{"y":1,"y":2}}]', 'duplicate member "y"', 13],
    ['{"__proto__":1,"__proto__":2}', 'duplicate member "__proto__"', 15],
    ['{"a":null,"a":null}', 'duplicate member "a"', 10],
    ['1 2', 'trailing bytes after the value', 2],
    ['{}\u0000', 'trailing bytes after the value', 2],
    ['', 'the text ends where a value should stand', 0],
    ['[1', 'the text ends where "," or "]" should stand', 2],
    ['{"a"', 'the text ends where ":" should stand', 4],
    ['{"a":1', 'the text ends where "," or "}" should stand', 6],
    ['{"a":1,}', '} stands where a member name should stand', 7],
    ['[1,]', '] stands where a value should stand', 3],
    ['[\u00a01]', 'byte 0xc2 stands where a value should stand', 1],
    ['01', 'leading zero in a number', 0],
    ['[-01]', 'leading zero in a number', 2],
    ['1.', 'the text ends where a digit should stand', 2],
    ['1e+', 'the text ends where a digit should stand', 3],
    ['+1', '+ stands where a value should stand', 0],
    ['NaN', 'N stands where a value should stand', 0],
    ['"a\nb"', 'control character in a string, to be written as an escape', 2],
    ['"ab', 'the text ends within a string', 3],
    ['"\\x"', 'unknown escape in a string', 1],
    ['"\\u00g0"', '\\u without four hexadecimal digits', 1],
    ['"\\u00', '\\u without four hexadecimal digits', 1],
    ['1e1000000000000000', 'a number with an exponent of more than 15 digits', 0],
    ['\ufeff{}', 'byte order mark', 0],
  ])('says what is wrong with %j, and where', (text, message, offset) => {
    expect(faultOf(() => parseJson(text))).toEqual({ message, offset });
  });

  test.each([
    ['stray continuation byte', [0x22, 0x80, 0x22], 1],
    ['overlong form', [0x22, 0xc0, 0xaf, 0x22], 1],
    ['beyond U+10FFFF', [0x22, 0x61, 0xf4, 0x90, 0x80, 0x80, 0x22], 2],
    ['cut off sequence', [0x22, 0xe2, 0x82, 0x22], 1],
  ])('refuses invalid UTF-8: %s', (_, bytes, offset) => {
    expect(faultOf(() => parseJson(Uint8Array.from(bytes)))).toEqual({ message: 'invalid UTF-8', offset });
  });

  test('refuses nesting beyond the limit, and takes what is within', () => {
    const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
    expect(() => parseJson(nested(100))).not.toThrow();
    expect(faultOf(() => parseJson(nested(101)))).toEqual({ message: 'nesting deeper than 100', offset: 100 });
    expect(faultOf(() => parseJson(nested(100_000)))).toMatchObject({ message: 'nesting deeper than 100' });
    expect(faultOf(() => parseJson('{"a":{"b":1}}', { depth: 1 }))).toEqual({
      message: 'nesting deeper than 1',
      offset: 5,
    });
    expect(faultOf(() => parseJson(nested(1_000_000), { depth: 1_000_000 }))).toMatchObject({
      message: 'nesting deeper than 1000',
    });
    expect(() => parseJson(`[${'[[]],'.repeat(200)}[]]`)).not.toThrow();
  });

  test('reads a part of a larger buffer', () => {
    const whole = Buffer.from('xx{"a":"ü"}yy');
    expect(plain(parseJson(whole.subarray(2, whole.length - 2)))).toEqual({ a: 'ü' });
  });
});

describe('slices', () => {
  test('each slice holds the bytes of its member, and reads as its value', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.constantFrom(undefined, 1), (object, space) => {
        const bytes = Buffer.from(JSON.stringify(object, null, space));
        const slices = memberSlices(bytes);
        expect([...slices.keys()].sort()).toEqual(Object.keys(object).sort());
        for (const [name, { start, end, value }] of slices) {
          const slice = bytes.subarray(start, end);
          expect(parseJson(slice)).toEqual(value);
          expect(plain(value)).toEqual(JSON.parse(JSON.stringify(object[name])));
          expect(slice.toString()).toBe(slice.toString().trim());
        }
      }),
    );
  });

  test('each slice holds the bytes of its element, and reads as its value', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue()), fc.constantFrom(undefined, 2), (array, space) => {
        const bytes = Buffer.from(JSON.stringify(array, null, space));
        const values = elementSlices(bytes).map(({ start, end, value }) => {
          expect(parseJson(bytes.subarray(start, end))).toEqual(value);
          return plain(value);
        });
        expect(values).toEqual(JSON.parse(bytes.toString()));
      }),
    );
  });

  test('of an element that is an object the members come along, placed in the bytes of the whole array', () => {
    const bytes = Buffer.from('[ 1, {"a": [{"b":1}],"data" : {"é":1.10} }, [{"c":2}], {} ]');
    const elements = elementSlices(bytes);
    const written = elements.map(({ members }) =>
      members === null
        ? null
        : [...members].map(([name, { start, end }]) => [name, bytes.toString('utf8', start, end)]),
    );
    const second = [
      ['a', '[{"b":1}]'],
      ['data', '{"é":1.10}'],
    ];
    expect(written).toEqual([null, second, null, []]);
    const { start, end, members } = elements[1]!;
    const alone = memberSlices(bytes.subarray(start, end));
    expect([...members!].map(([name, { value }]) => [name, value])).toEqual(
      [...alone].map(([name, { value }]) => [name, value]),
    );
  });

  test('keeps every byte of a member as it was written', () => {
    const bytes = Buffer.from('{ "id" : "1",\n "data" : { "n":1152921504606846976,  "é" : "\\u00e9" } }');
    const { start, end } = memberSlices(bytes).get('data')!;
    expect(bytes.subarray(start, end).toString()).toBe('{ "n":1152921504606846976,  "é" : "\\u00e9" }');
  });

  test('check the whole text and the root', () => {
    expect(faultOf(() => memberSlices(' [1]'))).toEqual({ message: 'expected an object', offset: 1 });
    expect(faultOf(() => elementSlices('{}'))).toEqual({ message: 'expected an array', offset: 0 });
    expect(faultOf(() => elementSlices('[{"a":1,"a":1}]'))).toEqual({ message: 'duplicate member "a"', offset: 8 });
    expect(faultOf(() => memberSlices('{"a":1} x'))).toEqual({ message: 'trailing bytes after the value', offset: 8 });
    expect(memberSlices('{}').size).toBe(0);
    expect(elementSlices(' [ ] ')).toEqual([]);
  });
});

describe('places', () => {
  test('are those of every part of a value, byte for byte', () => {
    const partsOf = (value: unknown, path: readonly string[] = []): [path: readonly string[], part: unknown][] => [
      [path, value],
      ...Object.entries(value !== null && typeof value === 'object' ? value : {}).flatMap(([step, part]) =>
        partsOf(part, [...path, step]),
      ),
    ];
    fc.assert(
      fc.property(jsonText, (text) => {
        const bytes = Buffer.from(`\t${text} `);
        for (const [path, part] of partsOf(JSON.parse(text))) {
          const { start, end } = placeOf(bytes, path)!;
          const slice = bytes.subarray(start, end).toString();
          expect(JSON.parse(slice)).toEqual(part);
          expect(slice).toBe(slice.trim());
        }
      }),
    );
    const text = '{"s":"}\\"]{[" , "\\u0061" : [ {"a":"["} , -1.50e+3 ]}';
    const found = [['s'], ['a'], ['a', '0'], ['a', '1']].map((path) => placeOf(text, path)!);
    expect(found.map(({ start, end }) => text.slice(start, end))).toEqual([
      '"}\\"]{["',
      '[ {"a":"["} , -1.50e+3 ]',
      '{"a":"["}',
      '-1.50e+3',
    ]);
  });

  test('are none where nothing stands', () => {
    const text = '{"a":[1,{"b":[]}],"c":"x","d":{}}';
    const nowhere = ['b', 'a/2', 'a/01', 'a/-1', 'a/x', 'a/length', 'a/0/0', 'a/1/b/0', 'c/0', 'd/x', 'toString', ''];
    for (const path of nowhere) expect([path, placeOf(text, path.split('/'))]).toEqual([path, undefined]);
  });

  test('are looked for to an end, or a fault, in anything', () => {
    const anything = fc.string({ unit: fc.constantFrom(...'{}[]",:\\u0123-+.eEtrufalsn ') });
    fc.assert(
      fc.property(fc.oneof(fc.string(), anything), fc.array(fc.constantFrom('0', '1', 'a', '')), (text, path) => {
        try {
          placeOf(text, path);
        } catch (error) {
          expect(error).toBeInstanceOf(JsonFault);
        }
      }),
      { numRuns: 3_000, examples: [['{0\\n"', ['a']]] },
    );
  });
});

describe('writeJson', () => {
  test('writes what parseJson reads back, digits included', () => {
    fc.assert(
      fc.property(jsonText, (text) => {
        const value = parseJson(text);
        expect(parseJson(writeJson(value))).toEqual(value);
      }),
    );
    const text = '{"a":[1152921504606846976,0.10000000000000000000001,1e999],"__proto__":null}';
    expect(writeJson(parseJson(text))).toBe(text);
  });

  test('writes numbers with the characters that they were read with, if they were to keep them', () => {
    const text = '[1.10,-0,0.0,1E5,100e-2,{"a":1.0e+1},1e400,7,-1.5,123456789012345]';
    expect(writeJson(parseJson(text, { literals: true }))).toBe(text);
    expect(writeJson(parseJson(text))).toBe('[1.1,0,0,100000,1,{"a":10},1e400,7,-1.5,123456789012345]');
    const slices = [...memberSlices('{"a":1.10}', { literals: true }).values()];
    expect(slices.map(({ value }) => writeJson(value))).toEqual(['1.10']);
  });
});
