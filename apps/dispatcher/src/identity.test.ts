import fc from 'fast-check';
import { expect, test } from 'vitest';
import { deliveryId, eventIdentity } from './identity.js';

const name = fc.record({ accountId: fc.string(), source: fc.string(), id: fc.string() });

test('identities differ when any part differs, wherever one part ends and the next begins', () => {
  expect(eventIdentity({ accountId: 'a', source: 'bc', id: 'd' })).not.toEqual(
    eventIdentity({ accountId: 'ab', source: 'c', id: 'd' }),
  );
  fc.assert(
    fc.property(name, name, (one, other) => {
      const same = one.accountId === other.accountId && one.source === other.source && one.id === other.id;
      expect(eventIdentity(one).equals(eventIdentity(other))).toBe(same);
    }),
  );
});

test('a delivery id is the same each time it is computed, differs by webhook and carries no dot', () => {
  fc.assert(
    fc.property(name, fc.string(), fc.string(), (event, webhook, other) => {
      expect(deliveryId(event, webhook)).toMatch(/^msg_[A-Za-z0-9_-]{32}$/);
      expect(deliveryId({ ...event }, webhook)).toBe(deliveryId(event, webhook));
      expect(deliveryId(event, webhook) === deliveryId(event, other)).toBe(webhook === other);
    }),
  );
});

test('ids stay what they are from version to version: pending rows and receivers know them', () => {
  const event = { accountId: '01J0000000000000000000000A', source: '/feed', id: 'evt-1' };
  expect(eventIdentity(event).toString('hex')).toMatchInlineSnapshot(
    `"b2fa9d04f9b224315ec05a1b9b9ff82074d5acbbfdcff35b9bbb51db02978dcd"`,
  );
  expect(deliveryId(event, '01J0000000000000000000000B')).toMatchInlineSnapshot(
    `"msg_-2N1-GeJevlqMxpu4fqDPoYd68ndHlT_"`,
  );
});
