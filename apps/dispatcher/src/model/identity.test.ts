import { sourceOfBase } from '@sluice/contracts/airtable-ids';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { aChangeEvent, anEvent, BASE, cellChange } from '../testing/samples.js';
import { deliveryId, eventIdentity, laneId } from './identity.js';

const at = '2026-03-01T12:00:00.000Z';
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
      const id = deliveryId(event, at, webhook);
      expect(id).toMatch(/^msg_[A-Za-z0-9_-]{32}$/);
      expect(deliveryId({ ...event }, at, webhook)).toBe(id);
      expect(id === deliveryId(event, at, other)).toBe(webhook === other);
    }),
  );
});

test('copies of an event that were accepted on one day have one delivery id, those of another day another', () => {
  const event = { accountId: 'a', source: 's', id: 'daily' };
  const id = deliveryId(event, '2026-03-01T00:00:00Z', 'w');
  expect(deliveryId(event, '2026-03-01T23:59:59.999Z', 'w')).toBe(id);
  expect(deliveryId(event, '2026-03-02T00:00:00Z', 'w')).not.toBe(id);
});

test('events of one account with one subject stand in one lane, whatever else they are; without a subject in none', () => {
  const event = (accountId: string, subject: string | undefined, id: string) => anEvent({ accountId, subject, id });
  expect(laneId(event('a', undefined, 'x'))).toBeNull();
  fc.assert(
    fc.property(fc.string(), fc.string(), fc.string(), fc.string(), (account, subject, otherAccount, otherSubject) => {
      const lane = laneId(event(account, subject, 'one'));
      expect(laneId(event(account, subject, 'two'))).toEqual(lane);
      const other = laneId(event(otherAccount, otherSubject, 'one'));
      expect(other!.equals(lane!)).toBe(account === otherAccount && subject === otherSubject);
    }),
  );
});

test('table changes of one subject stand in a lane for each base, as their order is promised for each', () => {
  const change = (base: string) => aChangeEvent(cellChange(1), { source: sourceOfBase(base), subject: 'x' });
  expect(laneId(change('appA1b2C3d4E5f6G7'))).not.toEqual(laneId(change('appA1b2C3d4E5f6G8')));
  expect(laneId(change(BASE))).toEqual(laneId(change(BASE)));
});

test('ids stay what they are from version to version: pending rows and receivers know them', () => {
  const event = { accountId: '01J0000000000000000000000A', source: '/feed', id: 'evt-1' };
  expect(eventIdentity(event).toString('hex')).toMatchInlineSnapshot(
    `"b2fa9d04f9b224315ec05a1b9b9ff82074d5acbbfdcff35b9bbb51db02978dcd"`,
  );
  expect(deliveryId(event, at, '01J0000000000000000000000B')).toMatchInlineSnapshot(
    `"msg_W1BoIjMT4Jd4_EaGISpzV8Ja0v-ChEGB"`,
  );
  expect(laneId(anEvent({ accountId: event.accountId, subject: 's' }))?.toString('hex')).toMatchInlineSnapshot(
    `"4f7c637c0985a66026da4dd47cb98ae8"`,
  );
});
