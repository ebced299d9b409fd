import { expect, it } from 'vitest';
import type { Attempt } from '../api/answers.js';
import { meaningOf } from './attempt-meaning.js';

const attempt = (status: number | null, error: string | null): Attempt => ({
  number: 1,
  at: '2026-03-01T12:00:00.000Z',
  status,
  error,
  latency_ms: 1,
  response_excerpt: null,
  response_headers: null,
});

it.each([
  ['connection refused', /nothing listens at this port/],
  ['connect timeout', /firewall/],
  ['timeout', /longer than 20 seconds/],
  ['connection reset', /cut before an answer came/],
  ['address refused', /public address/],
  ['the host name is not known to DNS (ENOTFOUND)', /host name/],
  ['the host name could not be looked up (ESERVFAIL)', /name servers/],
  ['the endpoint does not speak TLS at this port (ERR_SSL_WRONG_VERSION_NUMBER)', /http:\/\//],
  ["the endpoint's certificate has expired (CERT_HAS_EXPIRED)", /Renew/],
  ['the TLS handshake failed (EPROTO)', /versions of TLS/],
  ['the connection failed (EADDRNOTAVAIL)', /Nothing came back/],
])('says what to do about %j', (error, hint) => expect(meaningOf(attempt(null, error))).toMatch(hint));

it('says why an answer of 2xx was no success, and nothing where it was one', () => {
  expect(meaningOf(attempt(200, 'response aborted'))).toMatch(/cut before its end/);
  expect(meaningOf(attempt(204, null))).toBeNull();
});
