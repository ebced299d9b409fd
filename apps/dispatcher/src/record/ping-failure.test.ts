import { expect, test } from 'vitest';
import { pingFailure } from './ping-failure.js';

test.each([
  [404, null, 'The HTTP request returned a 404 status code instead of 200 or 204.'],
  [201, null, 'The HTTP request returned a 201 status code instead of 200 or 204.'],
  [null, 'timeout', 'The HTTP request was not answered completely within 25 seconds.'],
  [200, 'timeout', 'The HTTP request was not answered completely within 25 seconds.'],
  [null, 'address refused', 'The notification URL leads to an address that notifications are not sent to.'],
  [null, 'connection refused', 'The notification URL refused the connection.'],
  [null, 'tls: CERT_HAS_EXPIRED', 'The notification URL offered no secure connection (CERT_HAS_EXPIRED).'],
  [null, 'dns: ENOTFOUND', 'The host of the notification URL could not be looked up (ENOTFOUND).'],
  [null, 'network error: EWHATEVER', 'The HTTP request failed: network error: EWHATEVER.'],
])('status %s with the error %s', (status, error, message) => {
  expect(pingFailure({ status, error })).toBe(message);
});
