import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { Keyring, UnreadableSeal } from './keyring.js';
import { openSecrets, sealSecrets } from './webhook-secrets.js';

const [old, current] = [
  { id: 'old', key: randomBytes(32) },
  { id: 'new', key: randomBytes(32) },
];
const webhook = { id: '01ARZ3NDEKTSV4RRFFQ69G5FAV', endpoint: 'https://example.com/a' };
const secrets = { headers: [{ name: 'x-a', value: 'ü' }], secrets: [{ secret: 'whsec_1' }] };

test('what was sealed is opened by any key that is still there, and sealed by the first', () => {
  const sealed = sealSecrets(new Keyring([old]), webhook, secrets);
  const both = new Keyring([current, old]);
  expect(openSecrets(both, webhook, sealed)).toEqual(secrets);
  expect(sealSecrets(both, webhook, secrets).keyId).toBe('new');
  expect(() => openSecrets(new Keyring([current]), webhook, sealed)).toThrow(UnreadableSeal);
});

test('secrets open only for the webhook and the endpoint that they were sealed for', () => {
  const keyring = new Keyring([current]);
  const sealed = sealSecrets(keyring, webhook, secrets);
  for (const other of [
    { ...webhook, endpoint: 'https://attacker.example' },
    { ...webhook, id: '01ARZ3NDEKTSV4RRFFQ69G5FAW' },
  ]) {
    expect(() => openSecrets(keyring, other, sealed)).toThrow(UnreadableSeal);
  }
  for (let index = 0; index < sealed.bytes.length; index++) {
    const bytes = Buffer.from(sealed.bytes);
    bytes[index]! ^= 1;
    expect(() => openSecrets(keyring, webhook, { ...sealed, bytes })).toThrow(UnreadableSeal);
  }
  expect(() => openSecrets(keyring, webhook, { ...sealed, bytes: Buffer.alloc(0) })).toThrow(UnreadableSeal);
});

test('the same secrets never look the same twice', () => {
  const keyring = new Keyring([current]);
  const [a, b] = [sealSecrets(keyring, webhook, secrets), sealSecrets(keyring, webhook, secrets)];
  expect(a.bytes.equals(b.bytes)).toBe(false);
});

test('a keyring refuses keys that are none', () => {
  expect(() => new Keyring([])).toThrow('needs a key');
  expect(() => new Keyring([{ id: 'short', key: randomBytes(16) }])).toThrow('32 bytes');
  expect(() => new Keyring([current, { ...old, id: 'new' }])).toThrow('twice');
});
