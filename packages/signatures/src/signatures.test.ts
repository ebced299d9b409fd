import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { Webhook as StandardWebhook } from 'standardwebhooks';
import { Webhook as SvixWebhook } from 'svix';
import { describe, expect, test } from 'vitest';
import { newSecret, secretKey } from './secret.js';
import { sign } from './sign.js';
import { type VerifyRequest, verify } from './verify.js';

const published = {
  secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
  timestampSeconds: 1_614_265_330,
  body: Buffer.from('{"test": 2432232314}'),
  signature: 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
};

const headersOf = (id: string, timestampSeconds: number, signature: string) => ({
  'webhook-id': id,
  'webhook-timestamp': String(timestampSeconds),
  'webhook-signature': signature,
});

describe('the published vector of Standard Webhooks', () => {
  test('is what we sign', () => {
    const { secret, signature, ...content } = published;
    expect(sign({ ...content, secrets: [secret] })).toBe(signature);
  });

  test('is what we accept', () => {
    const { id, timestampSeconds, signature, body, secret } = published;
    const headers = headersOf(id, timestampSeconds, signature);
    expect(verify({ headers, body, secrets: [secret], nowSeconds: timestampSeconds + 10 })).toEqual({
      ok: true,
      id,
      timestampSeconds,
    });
  });
});

describe('other receivers', () => {
  const bodies = {
    'odd white space': '{ "a" :\t1 ,\r\n"b":[ ] }\n',
    'a number beyond 2^53': '{"n":1152921504606846976,"m":1.0}',
    'non-ASCII text': '{"name":"Ünïcødé ☃ 🦦"}',
    'duplicate members': '{"a":1,"a":2}',
  };
  for (const [what, text] of Object.entries(bodies)) {
    test(`accept what we sign: ${what}`, () => {
      const secret = newSecret();
      const timestampSeconds = Math.floor(Date.now() / 1000);
      const body = Buffer.from(text);
      const headers = headersOf(
        'msg_1',
        timestampSeconds,
        sign({ id: 'msg_1', timestampSeconds, body, secrets: [secret] }),
      );
      for (const Receiver of [StandardWebhook, SvixWebhook]) {
        expect(new Receiver(secret).verify(text, headers)).toEqual(JSON.parse(text));
      }
    });
  }

  test('accept either secret while one is being rotated', () => {
    const [old, current] = [newSecret(), newSecret()];
    const timestampSeconds = Math.floor(Date.now() / 1000);
    const content = { id: 'msg_1', timestampSeconds, body: Buffer.from('{}') };
    const headers = headersOf('msg_1', timestampSeconds, sign({ ...content, secrets: [current, old] }));
    for (const secret of [old, current]) {
      for (const Receiver of [StandardWebhook, SvixWebhook]) {
        expect(new Receiver(secret).verify('{}', headers)).toEqual({});
      }
      expect(verify({ headers, body: content.body, secrets: [secret], nowSeconds: timestampSeconds }).ok).toBe(true);
    }
  });

  test('sign what we accept', () => {
    const secret = newSecret();
    const at = new Date(1_700_000_000_000);
    const signature = new StandardWebhook(secret).sign('msg_2', at, '{"a":"é"}');
    const headers = headersOf('msg_2', 1_700_000_000, signature);
    const body = Buffer.from('{"a":"é"}');
    expect(verify({ headers, body, secrets: [newSecret(), secret], nowSeconds: 1_700_000_000 }).ok).toBe(true);
  });
});

describe('verify', () => {
  const body = Buffer.from('{"a":1}');
  const secret = newSecret();
  const timestampSeconds = 1_700_000_000;
  const headers = headersOf(
    'msg_1',
    timestampSeconds,
    sign({ id: 'msg_1', timestampSeconds, body, secrets: [secret] }),
  );
  const faultOf = (change: Partial<VerifyRequest>) => {
    const verification = verify({ headers, body, secrets: [secret], nowSeconds: timestampSeconds, ...change });
    return verification.ok ? 'none' : verification.fault;
  };

  test('names each missing header', () => {
    for (const name of Object.keys(headers)) {
      const verification = verify({
        headers: { ...headers, [name]: undefined },
        body,
        secrets: [secret],
        nowSeconds: timestampSeconds,
      });
      expect(verification).toEqual({ ok: false, fault: 'missing_header', reason: `The header ${name} is missing` });
    }
  });

  test('refuses an attempt out of the tolerance, on both sides', () => {
    expect(faultOf({ nowSeconds: timestampSeconds + 300 })).toBe('none');
    expect(faultOf({ nowSeconds: timestampSeconds + 301 })).toBe('stale');
    expect(faultOf({ nowSeconds: timestampSeconds - 300 })).toBe('none');
    expect(faultOf({ nowSeconds: timestampSeconds - 301 })).toBe('stale');
    expect(faultOf({ nowSeconds: timestampSeconds + 11, toleranceSeconds: 10 })).toBe('stale');
  });

  test.each([['1.7e9'], ['0x6553f100'], ['-1700000000'], ['1700000000.5'], ['Infinity'], ['']])(
    'refuses the time %j',
    (timestamp) => {
      expect(faultOf({ headers: { ...headers, 'webhook-timestamp': timestamp } })).toMatch(/_header$/);
    },
  );

  test('refuses headers that are there twice', () => {
    for (const name of Object.keys(headers)) {
      expect(faultOf({ headers: { ...headers, [name]: ['a', 'b'] } })).toBe('malformed_header');
    }
  });

  test.each([
    ['another version', headers['webhook-signature'].replace('v1,', 'v2,')],
    ['no version', headers['webhook-signature'].slice(3)],
    ['a part of it', headers['webhook-signature'].slice(0, -1)],
    ['more than it', `${headers['webhook-signature']}=`],
    ['nothing but spaces', '   '],
  ])('does not take %s for a signature', (_what, signature) => {
    expect(faultOf({ headers: { ...headers, 'webhook-signature': signature } })).toBe('no_matching_signature');
  });

  test('finds its signature among others', () => {
    const signature = `v1a,xyz  v1,AAAA ${headers['webhook-signature']} v9,`;
    expect(faultOf({ headers: { ...headers, 'webhook-signature': signature } })).toBe('none');
  });

  test('accepts what was signed and nothing that differs in one bit', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 300 }), fc.nat(), fc.nat(7), (bytes, where, bit) => {
        const signature = sign({ id: 'msg_1', timestampSeconds, body: bytes, secrets: [secret] });
        const signed = headersOf('msg_1', timestampSeconds, signature);
        expect(faultOf({ headers: signed, body: bytes })).toBe('none');
        const other = Uint8Array.from(bytes);
        other[where % other.length]! ^= 1 << bit;
        expect(faultOf({ headers: signed, body: other })).toBe('no_matching_signature');
        expect(faultOf({ headers: { ...signed, 'webhook-id': 'msg_2' }, body: bytes })).toBe('no_matching_signature');
        const later = { ...signed, 'webhook-timestamp': String(timestampSeconds + 1) };
        expect(faultOf({ headers: later, body: bytes })).toBe('no_matching_signature');
      }),
    );
  });
});

describe('secrets', () => {
  test('are 32 random bytes', () => {
    const secret = newSecret();
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(secretKey(secret)).toHaveLength(32);
    expect(newSecret()).not.toBe(secret);
  });

  test.each([
    ['no prefix', randomBytes(32).toString('base64')],
    ['23 bytes', `whsec_${randomBytes(23).toString('base64')}`],
    ['65 bytes', `whsec_${randomBytes(65).toString('base64')}`],
    ['URL-safe base64', `whsec_${Buffer.alloc(32, 0xfb).toString('base64url')}`],
    ['white space', `${published.secret} `],
    ['nothing', ''],
  ])('with %s are refused, unrepeated', (_what, secret) => {
    const refusal = () => sign({ id: 'msg_1', timestampSeconds: 1, body: Buffer.alloc(0), secrets: [secret] });
    expect(refusal).toThrow('A signing secret is whsec_ and the base64 of 24 to 64 bytes');
  });
});

describe('sign refuses', () => {
  const content = { id: 'msg_1', timestampSeconds: 1, body: Buffer.alloc(0), secrets: [published.secret] };

  test.each(['msg.1', 'msg 1', 'msg\n1', ''])('the id %j', (id) => {
    expect(() => sign({ ...content, id })).toThrow('webhook-id');
  });

  test.each([1.5, Number.NaN, Number.POSITIVE_INFINITY])('the time %d', (timestampSeconds) => {
    expect(() => sign({ ...content, timestampSeconds })).toThrow('webhook-timestamp');
  });

  test('to send anything unsigned', () => {
    expect(() => sign({ ...content, secrets: [] })).toThrow('at least one secret');
  });
});
