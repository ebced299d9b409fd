import { describe, expect, test } from 'vitest';
import { conclude } from './conclusion.js';
import { failureName } from './failure-name.js';

describe('what an answer means', () => {
  test.each([
    [200, null, 'delivered'],
    [204, null, 'delivered'],
    [299, null, 'delivered'],
    [200, 'response aborted', 'failed'],
    [301, null, 'failed'],
    [404, null, 'failed'],
    [410, null, 'gone'],
    [410, 'response aborted', 'gone'],
    [429, null, 'overloaded'],
    [500, null, 'failed'],
    [502, null, 'overloaded'],
    [503, 'timeout', 'overloaded'],
    [504, null, 'overloaded'],
    [null, 'timeout', 'failed'],
  ])('%s, %s: %s', (status, error, conclusion) => {
    expect(conclude({ status, error })).toBe(conclusion);
  });
});

describe('the name of a failure', () => {
  const failure = (fields: object) => Object.assign(new Error('in detail'), fields);
  test.each([
    [{ code: 'ECONNREFUSED' }, false, 'connection refused'],
    [{ code: 'ECONNREFUSED', syscall: 'queryA' }, false, 'dns: ECONNREFUSED'],
    [{ code: 'ENOTFOUND' }, false, 'dns: ENOTFOUND'],
    [{ code: 'UND_ERR_CONNECT_TIMEOUT' }, false, 'connect timeout'],
    [{ code: 'ERR_REFUSED_ADDRESS' }, false, 'address refused'],
    [{ code: 'ERR_TLS_CERT_ALTNAME_INVALID' }, false, 'tls: ERR_TLS_CERT_ALTNAME_INVALID'],
    [{ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' }, false, 'tls: DEPTH_ZERO_SELF_SIGNED_CERT'],
    [{ code: 'UND_ERR_SOCKET' }, false, 'connection closed'],
    [{ code: 'UND_ERR_SOCKET' }, true, 'response aborted'],
    [{ code: 'ECONNRESET' }, true, 'response aborted'],
    [{ code: 'HPE_INVALID_CONSTANT' }, false, 'malformed response'],
    [{ code: 'ENEW' }, false, 'network error: ENEW'],
    [{}, false, 'network error: Error'],
  ])('%o, answering: %s', (fields, answering, name) => {
    expect(failureName(failure(fields), answering)).toBe(name);
  });
});
