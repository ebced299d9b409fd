import { describe, expect, it } from 'vitest';
import { converted } from '../testing/converted.js';
import { sampleRecord } from '../testing/sample-record.js';

const read = (content: Parameters<typeof sampleRecord>[0]) =>
  converted(sampleRecord(content), { format: 'cloudevents' });

const attributes = { ce_specversion: '1.0', ce_id: 'e1', ce_source: '/shop', ce_type: 'order.placed' };
const event = { id: 'e1', source: '/shop', type: 'order.placed', extensions: {} };

describe('records of the CloudEvents Kafka binding', () => {
  it('in binary mode are their headers, and the value byte for byte', () => {
    const value = '{ "total": 1.10, "id": 12345678901234567890 }';
    const headers = { ...attributes, ce_subject: 'ü/1', ce_tenant: 'x', 'content-type': 'application/json' };
    expect(read({ value, headers })).toEqual([
      { ...event, subject: 'ü/1', extensions: { tenant: 'x' }, datacontenttype: 'application/json', data: value },
    ]);
  });

  it('in structured mode are the members of their value, the data a slice of it', () => {
    const value = '{"specversion":"1.0","id":"e1","source":"/shop","type":"order.placed","data":{ "total": 1.10 }}';
    const headers = { 'Content-Type': 'application/cloudevents+json; charset=UTF-8' };
    const found = [{ ...event, datacontenttype: 'application/json', data: '{ "total": 1.10 }' }];
    expect(read({ value, headers })).toEqual(found);
    expect(read({ value })).toEqual(found);
  });

  it('may have no data', () => {
    expect(read({ value: null, headers: attributes })).toEqual([{ ...event, data: '' }]);
  });

  it('say nothing as tombstones', () => {
    expect(read({ key: 'k', value: null })).toEqual([]);
  });

  it.each([
    [
      { value: '[]', headers: { 'content-type': 'application/cloudevents-batch+json' } },
      /^content-type: a batch is not/,
    ],
    [{ value: 'x', headers: { 'content-type': 'application/cloudevents+avro' } }, /^content-type: .*avro is not read/],
    [{ value: 'x', headers: { 'content-type': 'text/plain' } }, /^this is no CloudEvent/],
    [{ value: 'x', headers: { ...attributes, 'content-type': 'nonsense' } }, /^content-type: is no media type/],
    [
      { value: 'x', headers: { ...attributes, 'content-type': `a/b${' '.repeat(200_000)}x` } },
      /^content-type: is longer than 2048 characters$/,
    ],
    [
      {
        value: `{"specversion":"1.0","id":"e","source":"/s","type":"t","datacontenttype":"a/b${' '.repeat(200_000)}x"}`,
      },
      /^datacontenttype: is too long/,
    ],
    [{ value: 'garbage' }, /^the value is not a CloudEvent in JSON: expected an object, at byte 0$/],
    [{ value: '{"specversion":"1.0","id":"e1","source":"/s"}' }, /^type: is required and missing$/],
    [{ value: '{"a":1,"a":2}' }, /duplicate member "a"/],
    [{ value: '{', headers: { ...attributes, 'content-type': 'application/json' } }, /^data: is not valid JSON/],
    [{ value: '{}', headers: { ...attributes, ce_id: '' } }, /^id: must not be empty$/],
    [{ value: '{}', headers: { ...attributes, ce_id: Buffer.from([0xff]) } }, /^id: is not UTF-8$/],
    [{ value: '{}', headers: { ...attributes, ce_type: 'webhook.disabled' } }, /^type: .*reserved$/],
    [{ value: '{}', headers: { ...attributes, ce_sluicex: '1' } }, /^sluicex: is reserved/],
    [
      { value: '{}', headers: { ...attributes, sluice_account: 'acc_other' } },
      /^the header sluice_account is reserved/,
    ],
    [
      { value: '{}', headers: { ...attributes, 'Sluice-unreadable': 'x' } },
      /^the header Sluice-unreadable is reserved/,
    ],
    [{ value: `"${'x'.repeat(1024 * 1024)}"`, headers: attributes }, /^data: has 1048578 bytes, at most 1048576/],
  ])('that break a rule have a reason that names it: %j', (content, reason) => {
    expect(read(content as Parameters<typeof read>[0])).toMatch(reason);
  });

  it('have no attribute twice', () => {
    const record = sampleRecord({ value: '{}', headers: attributes });
    const twice = { ...record, headers: [...record.headers, ['ce_id', Buffer.from('e2')] as const] };
    expect(converted(twice, { format: 'cloudevents' })).toBe('id: is given twice');
  });
});
