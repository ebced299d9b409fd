import { expect, test } from 'vitest';
import { keptHeaders } from './kept-headers.js';

const kept = (headers: Record<string, string | string[]>): unknown => JSON.parse(keptHeaders(headers).toString('utf8'));

test('headers are kept in their order, several values of one as one text', () => {
  const headers = { server: 'nginx', 'content-type': 'text/plain', via: ['1.1 a', '1.1 b'], 'x-ü': 'ß "quoted"' };
  expect(kept(headers)).toEqual([
    ['server', 'nginx'],
    ['content-type', 'text/plain'],
    ['via', '1.1 a, 1.1 b'],
    ['x-ü', 'ß "quoted"'],
  ]);
});

test.each([
  ...['set-cookie', 'authorization', 'proxy-authenticate', 'x-auth-token', 'x-csrf-token', 'x-session-id'],
  ...['x-api-key', 'x-apikey', 'x-secret', 'webhook-signature', 'x-airstack-webhook'],
])('of %s nobody is shown the value', (name) => {
  expect(kept({ [name]: ['s3cret', 's3cret'], date: 'today' })).toEqual([
    [name, '•••'],
    ['date', 'today'],
  ]);
});

test('of a redirection the address is shown without what may let in', () => {
  expect(kept({ location: 'https://example.com/in?ticket=s3cret#x' })).toEqual([
    ['location', 'https://example.com/in?•••'],
  ]);
  expect(kept({ location: '/elsewhere' })).toEqual([['location', '/elsewhere']]);
});

test('headers beyond 1 KiB together are left out whole', () => {
  const long = 'x'.repeat(500);
  const names = (kept({ a: long, b: long, c: long, d: '' }) as [string, string][]).map(([name]) => name);
  expect(names).toEqual(['a', 'b']);
});
