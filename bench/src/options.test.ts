import { expect, test } from 'vitest';
import { PARTS, readOptions } from './options.js';

test('everything is measured unless told otherwise', () => {
  expect(readOptions([])).toEqual({ parts: new Set(PARTS), streams: ['postgres', 'kafka'], json: false });
});

test('parts and streams can be chosen', () => {
  const { parts, streams, json } = readOptions(['--only', 'deliveries,latency', '--stream', 'kafka', '--json']);
  expect([[...parts].sort(), streams, json]).toEqual([['deliveries', 'latency'], ['kafka'], true]);
});

test('a part or an option that does not exist is refused by name', () => {
  expect(() => readOptions(['--only', 'deliveries,speed'])).toThrow('--only: there is no speed');
  expect(() => readOptions(['--stream', 'nats'])).toThrow('--stream: there is no nats');
  expect(() => readOptions(['--quick'])).toThrow('--quick');
});
