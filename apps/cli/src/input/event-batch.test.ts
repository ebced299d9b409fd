import { expect, it } from 'vitest';
import { readEvents } from './event-batch.js';

const read = (text: string) => readEvents(Buffer.from(text), { source: '/s', type: 't' });
const WHOLE = '{"specversion":"1.0","id":"1","source":"/a","type":"b","data":{"n": 12345678901234567890}}';

it('reads an array, and lines, each event as it was written', () => {
  expect(read(` [${WHOLE}, ${WHOLE}]`)).toEqual([WHOLE, WHOLE]);
  expect(read(`${WHOLE}\r\n\n${WHOLE}`)).toEqual([WHOLE, WHOLE]);
});

it('puts in what an event lacks', () => {
  expect(JSON.parse(read('{"id":"1","data":{}}')[0]!)).toEqual({
    ...{ specversion: '1.0', id: '1', source: '/s', type: 't', data: {} },
  });
  const [first, second] = read('{}\n{}').map((text) => (JSON.parse(text) as { id: string }).id);
  expect(first).toMatch(/^[\da-f-]{36}$/);
  expect(second).not.toBe(first);
});

it('says where something is no JSON', () => {
  expect(() => read('{"id":"1"}\n{"id":')).toThrow(/^sluice: --batch: line 2: /);
  expect(() => read('[{"id":"1"},')).toThrow(/^sluice: --batch: the text ends /);
  expect(() => read(' \n')).toThrow('there is no event in it');
});
