import type { SourceMapping } from '@sluice/contracts/sources';
import { describe, expect, it } from 'vitest';
import { converted } from '../testing/converted.js';
import { sampleRecord } from '../testing/sample-record.js';

const read = (mapping: SourceMapping, content: Parameters<typeof sampleRecord>[0]) =>
  converted(sampleRecord(content), { format: 'json', mapping });

const type = { value: 'order.placed' };

describe('records of mapped JSON', () => {
  it('need no more than a type: the rest comes from where they stand', () => {
    expect(read({ type }, { value: ' {"big": 12345678901234567890.10} ' })).toEqual([
      {
        id: 'shop.orders:3:7:1780306200000',
        source: '/topics/shop.orders',
        type: 'order.placed',
        time: '2026-06-01T09:30:00.000Z',
        datacontenttype: 'application/json',
        extensions: {},
        data: ' {"big": 12345678901234567890.10} ',
      },
    ]);
  });

  it('have each attribute where the mapping says: in the value, a header, the key', () => {
    const mapping: SourceMapping = {
      type: { pointer: '/meta/kind~1of' },
      id: { pointer: '/meta/ids/1' },
      source: { header: 'origin' },
      subject: { key: true },
      time: { pointer: '/at' },
      data: { pointer: '/body' },
    };
    const value = '{"meta":{"kind/of":"a.b","ids":[1,9007199254740993]},"at":1780306200001,"body":{ "x" : 1.0 }}';
    expect(read(mapping, { key: 'order 7', value, headers: { origin: '/pos' } })).toEqual([
      {
        id: '9007199254740993',
        source: '/pos',
        type: 'a.b',
        subject: 'order 7',
        time: '2026-06-01T09:30:00.001Z',
        datacontenttype: 'application/json',
        extensions: {},
        data: '{ "x" : 1.0 }',
      },
    ]);
  });

  it('may be older than 1970, and have no time where the record has none', () => {
    expect(read({ type, time: { pointer: '/at' } }, { value: '{"at":-1}' })).toMatchObject([
      { time: '1969-12-31T23:59:59.999Z' },
    ]);
    const untimed = { ...sampleRecord({ value: '{}' }), timestampMs: -1 };
    const [event] = converted(untimed, { format: 'json', mapping: { type } }) as object[];
    expect(event).not.toHaveProperty('time');
  });

  it('lead to their data through every shape of JSON, byte for byte', () => {
    const value =
      ' {"\\u0061":1 , "s":"}\\"]{" ,"e":[] ,"o":{},"list" : [ true,-1.5e3 , [ "," ] , { "x~":{"ü/":[ 1.0 ,2 ]} } ],"z":null} ';
    const dataAt = (pointer: string) => read({ type, data: { pointer } }, { value });
    const found: [string, string][] = [
      ['', value],
      ['/a', '1'],
      ['/s', '"}\\"]{"'],
      ['/e', '[]'],
      ['/o', '{}'],
      ['/list/0', 'true'],
      ['/list/1', '-1.5e3'],
      ['/list/2', '[ "," ]'],
      ['/list/3/x~0/ü~1', '[ 1.0 ,2 ]'],
      ['/list/3/x~0/ü~1/1', '2'],
      ['/z', 'null'],
    ];
    for (const [pointer, data] of found) expect(dataAt(pointer)).toMatchObject([{ data }]);
    for (const pointer of ['/list/4', '/list/01', '/list/x', '/b', '/a/b', '/s/0']) {
      expect(dataAt(pointer)).toBe(`data: nothing stands at ${pointer}`);
    }
  });

  it('may lie deep in a large value, all in the same place', () => {
    const levels = 90;
    const pointer = '/a'.repeat(levels);
    const large = `[${'[],'.repeat(300_000)}[]]`;
    const value = `${'{"a":'.repeat(levels - 1)}{"large":${large},"a":"x"}${'}'.repeat(levels - 1)}`;
    const place = { pointer };
    const mapping = { type: place, id: place, source: place, subject: place, data: place };
    expect(read(mapping, { value })).toMatchObject([{ id: 'x', type: 'x', source: 'x', subject: 'x', data: '"x"' }]);
  });

  it('do without a subject or a time that is not there, and say nothing as tombstones', () => {
    const mapping: SourceMapping = { type, subject: { pointer: '/s' }, time: { header: 't' } };
    const [event] = read(mapping, { value: '{"s":null}' }) as object[];
    expect(Object.keys(event ?? {}).sort()).toEqual(['data', 'datacontenttype', 'extensions', 'id', 'source', 'type']);
    expect(read(mapping, { value: null })).toEqual([]);
  });

  it.each<[SourceMapping, Parameters<typeof sampleRecord>[0], RegExp]>([
    [{ type }, { value: 'garbage' }, /^the value is not JSON: g stands where a value should stand, at byte 0$/],
    [{ type }, { value: '' }, /^the value is not JSON/],
    [{ type: { pointer: '/t' } }, { value: '{}' }, /^type: nothing stands at \/t$/],
    [{ type: { pointer: '/t' } }, { value: '{"t":{}}' }, /^type: an object or array stands at \/t$/],
    [{ type, id: { header: 'id' } }, { value: '{}' }, /^id: nothing stands in the header id$/],
    [{ type, id: { key: true } }, { value: '{}' }, /^id: nothing stands in the key$/],
    [{ type, data: { pointer: '/d/0' } }, { value: '{"d":[]}' }, /^data: nothing stands at \/d\/0$/],
    [{ type, time: { pointer: '/t' } }, { value: '{"t":"yesterday"}' }, /^time: must be a timestamp of RFC 3339/],
    [{ type: { pointer: '/t' } }, { value: '{"t":"delivery.x"}' }, /^type: .*reserved$/],
    [{ type }, { value: ' '.repeat(4 * 1024 * 1024) }, /^the value has 4194304 bytes, at most 4128768 are read$/],
    [{ type }, { key: ' '.repeat(4 * 1024 * 1024), value: '{}' }, /^the key has 4194304 bytes, at most/],
    [{ type }, { value: '{}', headers: { sluice_audience: 'all' } }, /^the header sluice_audience is reserved/],
  ])('that do not fit it have a reason: %j %j', (mapping, content, reason) => {
    expect(read(mapping, content)).toMatch(reason);
  });
});
