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
    [{ type }, { value: '{}', headers: { sluice_audience: 'all' } }, /^the header sluice_audience is reserved/],
  ])('that do not fit it have a reason: %j %j', (mapping, content, reason) => {
    expect(read(mapping, content)).toMatch(reason);
  });
});
