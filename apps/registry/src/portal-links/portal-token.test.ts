import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { Keyring } from '../encryption/keyring.js';
import { readGrant, signGrant } from './portal-token.js';

const old = { id: 'old', key: randomBytes(32) };
const current = { id: 'a.b', key: randomBytes(32) };
const grant = { accountId: 'acc_1', keyId: 'key_1', expiresAtMs: 1 };

test('a rotation keeps links until the key that they were signed under is retired', () => {
  const token = signGrant(new Keyring([old]), grant);
  expect(readGrant(new Keyring([current, old]), token)).toEqual(grant);
  expect(readGrant(new Keyring([current]), token)).toBeNull();
  expect(readGrant(new Keyring([{ ...old, key: current.key }]), token)).toBeNull();
});

test('a token fits into a URL as it is', () => {
  const token = signGrant(new Keyring([current]), grant);
  expect(encodeURIComponent(token)).toBe(token);
  expect(readGrant(new Keyring([current]), token)).toEqual(grant);
});
