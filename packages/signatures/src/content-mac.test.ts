import { createHmac, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { contentMac, verifyContentMac } from './content-mac.js';

const macSecretBase64 = 'c2VjcmV0LWtleQ==';
const compact = Buffer.from(
  '{"base":{"id":"app00000000000000"},"webhook":{"id":"ach00000000000000"},"timestamp":"2022-02-01T21:25:05.663Z"}',
);
const spaced = Buffer.from(
  '{"base": {"id": "app00000000000000"}, "webhook": {"id": "ach00000000000000"}, "timestamp": "2022-02-01T21:25:05.663Z"}',
);
const macs = {
  compact: 'hmac-sha256=6486781ffbbd5e9ed3bd9137d539ab9dceec8dba7c65c6cbf3c8c3ceefbf8802',
  spaced: 'hmac-sha256=e26da696a90933647bddc83995c3e1e3bb1c3d8ce1ff61cb7469767d50b2b2d4',
};

describe('the known vectors', () => {
  test.each([
    ['a compact body', compact, macs.compact],
    ['a body with spaces', spaced, macs.spaced],
  ])('of %s are what we make and what we accept', (_what, body, mac) => {
    expect(contentMac(body, macSecretBase64)).toBe(mac);
    expect(verifyContentMac({ header: mac, body, macSecretBase64 })).toBe(true);
  });
});

test('the key is the bytes that the base64 stands for, whatever they are', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 128 }), fc.uint8Array({ maxLength: 200 }), (key, body) => {
      const digest = createHmac('sha256', key).update(body).digest('hex');
      expect(contentMac(body, Buffer.from(key).toString('base64'))).toBe(`hmac-sha256=${digest}`);
    }),
  );
});

describe('does not verify', () => {
  test.each<[string, string | string[] | undefined]>([
    ['no header', undefined],
    ['two headers', [macs.compact, macs.compact]],
    ['upper-case digits', macs.compact.toUpperCase().replace('HMAC-SHA256', 'hmac-sha256')],
    ['a digest without its name', macs.compact.slice('hmac-sha256='.length)],
    ['a part of it', macs.compact.slice(0, -2)],
    ['more than it', `${macs.compact}00`],
    ['a digest in base64', `hmac-sha256=${Buffer.from(macs.compact.slice(12), 'hex').toString('base64')}`],
    ['that of another body', macs.spaced],
  ])('%s', (_what, header) => {
    expect(verifyContentMac({ header, body: compact, macSecretBase64 })).toBe(false);
  });

  test('anything under another secret', () => {
    const other = randomBytes(128).toString('base64');
    expect(verifyContentMac({ header: macs.compact, body: compact, macSecretBase64: other })).toBe(false);
  });
});

test.each([
  ['nothing', ''],
  ['URL-safe base64', Buffer.alloc(33, 0xfb).toString('base64url')],
  ['base64 without its padding', 'c2VjcmV0LWtleQ'],
  ['white space', `${macSecretBase64} `],
])('a secret of %s is refused, unrepeated', (_what, secret) => {
  const refusal = (): string => contentMac(compact, secret);
  expect(refusal).toThrow('A MAC secret is padded standard base64');
});
