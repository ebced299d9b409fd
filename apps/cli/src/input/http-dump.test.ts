import { describe, expect, it } from 'vitest';
import { readHeaders, splitDump } from './http-dump.js';

describe('headers', () => {
  it('are read from a plain list and from what curl shows, by lower-case name', () => {
    expect({ ...readHeaders('POST / HTTP/1.1\r\nWebhook-Id: msg_1\r\n> content-type:  text/plain \n') }).toEqual({
      'webhook-id': 'msg_1',
      'content-type': 'text/plain',
    });
  });

  it('keep all values of a name that is there twice', () => {
    expect(readHeaders('a: 1\nA: 2')).toMatchObject({ a: ['1', '2'] });
  });

  it('have no value that an object brings by itself', () => {
    expect(readHeaders('').constructor).toBeUndefined();
  });
});

it('a dump ends its headers at the first empty line, and its body keeps every byte', () => {
  const body = Buffer.from([0xff, 0x0a, 0x0d, 0x0a, 0x0d, 0x0a, 0x00]);
  const { headers, body: read } = splitDump(Buffer.concat([Buffer.from('a: 1\r\nb: 2\r\n\r\n'), body]));
  expect({ ...headers }).toEqual({ a: '1', b: '2' });
  expect(read.equals(body)).toBe(true);
});
