import { expect, it } from 'vitest';
import {
  KEPT_BYTES,
  type OriginRecord,
  putBackHeader,
  readPutBack,
  readRetry,
  readUnreadable,
  retryRecord,
  unreadableRecord,
} from './unreadable-record.js';

const NOT_UTF8 = Buffer.from([0, 255, 128]);
const record: OriginRecord = {
  sourceId: 'src_1',
  topic: 'orders.v1',
  partition: 3,
  offset: 9_007_199_254_740_993n,
  timestampMs: 1_767_323_045_678,
  key: NOT_UTF8,
  headers: [
    ['trace', Buffer.from('a')],
    ['trace', NOT_UTF8],
    ['sluice-unreadable', null],
  ],
  value: NOT_UTF8,
};
const { key, value, headers, ...origin } = record;
const said = { reason: 'the value is no JSON', accountId: 'acc_1', former: null };
const bytesOf = (made: ReturnType<typeof unreadableRecord>) =>
  [made.key, made.value].reduce((sum, bytes) => sum + (bytes?.byteLength ?? 0), 0) +
  Object.entries(made.headers).reduce((sum, [name, text]) => sum + name.length + Buffer.byteLength(text), 0);

it.each([null, { id: 'dl_1', times: 2 }])(
  'says of an unreadable record what it was, whatever its bytes: %j',
  (former) => {
    const made = unreadableRecord(record, { ...said, former });
    expect([made.key, made.value]).toEqual([key, value]);
    expect(readUnreadable(made.headers)).toEqual({ ok: true, ...said, former, origin, headers, cutFrom: null });
  },
);

it('keeps a record without key, value and time as such', () => {
  const made = unreadableRecord({ ...record, key: null, value: null, headers: [], timestampMs: -1 }, said);
  expect([made.key, made.value]).toEqual([null, null]);
  expect(readUnreadable(made.headers)).toMatchObject({ ok: true, origin: { timestampMs: -1 }, headers: [] });
});

it('takes a time that counts microseconds or less as it is', () => {
  const made = unreadableRecord({ ...record, timestampMs: 1_767_323_045_678_901 }, said);
  expect(readUnreadable(made.headers)).toMatchObject({ ok: true, origin: { timestampMs: 1_767_323_045_678_901 } });
});

it.each([
  ['value', { value: Buffer.alloc(KEPT_BYTES) }],
  ['headers', { headers: [['large', Buffer.alloc(KEPT_BYTES)] as const] }],
  ['key', { key: Buffer.alloc(KEPT_BYTES + 1) }],
])('cuts what our topics would not take, and says so: a large %s', (_, large: Partial<OriginRecord>) => {
  const made = unreadableRecord({ ...record, ...large }, { ...said, reason: 'x'.repeat(100_000) });
  expect(bytesOf(made)).toBeLessThanOrEqual(4 * 1024 * 1024);
  expect(bytesOf(made)).toBeGreaterThan(large.headers ? 0 : KEPT_BYTES);
  expect(readUnreadable(made.headers)).toMatchObject({ ok: true, cutFrom: (large.value ?? NOT_UTF8).byteLength });
});

it('takes the headers of an event for no unreadable record', () => {
  expect(readUnreadable({ ce_id: '1', sluice_account: 'acc_1' })).toBeNull();
});

it.each([
  ['sluice_account', undefined],
  ['sluice-source-id', ''],
  ['sluice_account', 'a'.repeat(3_000)],
  ['sluice-source-id', 'src_1\0'],
  ['sluice-origin-topic', 'a'.repeat(250)],
  ['sluice-origin-topic', undefined],
  ['sluice-origin-partition', 'first'],
  ['sluice-origin-partition', '2147483648'],
  ['sluice-origin-offset', '-1'],
  ['sluice-origin-offset', '9223372036854775808'],
  ['sluice-origin-timestamp', 'yesterday'],
  ['sluice-origin-headers', '{}'],
  ['sluice-origin-headers', '[["a","%"]]'],
  ['sluice-origin-headers', '[["a"'],
  ['sluice-put-back', 'once'],
])('names what is wrong with the marks: %s %j', (name, text) => {
  const { [name]: _, ...others } = unreadableRecord(record, said).headers;
  const marks: Record<string, string> = text === undefined ? others : { ...others, [name]: text };
  expect(readUnreadable(marks)).toEqual({ ok: false, reason: expect.stringMatching(`^${name} `) });
});

it('brings a dead letter of a source back as it stood in its topic', () => {
  const former = { id: 'dl_1', times: 1 };
  const made = retryRecord(record, { accountId: 'acc_1', former });
  expect(readRetry(made)).toEqual({ ok: true, record, accountId: 'acc_1', former });
  const { 'sluice-put-back': _, ...others } = made.headers;
  expect(readRetry({ ...made, headers: others })).toMatchObject({ ok: false, reason: 'sluice-put-back is missing' });
});

it('knows by a header of its own which dead letter a record of ours was', () => {
  expect(readPutBack(putBackHeader({ id: 'dl_1', times: 12 }))).toEqual({ id: 'dl_1', times: 12 });
  expect(readPutBack({})).toBeNull();
  expect(readPutBack({ 'sluice-put-back': 'dl_1/a' })).toBeNull();
});
