import { afterAll, beforeAll, expect, it } from 'vitest';
import { type GatewayUnderTest, gatewayUnderTest } from '../testing/gateway-under-test.js';
import { cursorAt } from './page.js';

let gateway: GatewayUnderTest;
beforeAll(async () => {
  gateway = await gatewayUnderTest();
  gateway.registry.add('admin-key', { kind: 'admin', operator: true });
});
afterAll(() => gateway.stop());

const LISTS = [
  ...['webhooks', 'deliveries', 'jobs', 'dead-letters', 'sources', 'audit', 'portal-links', 'accounts', 'keys'],
  ...['users', 'bases', 'tokens', 'integrations', 'event-types', 'bases/appA1b2C3d4E5f6G7/collaborators'],
];
const ULID = '01M1Q5C7K8T3ZVXG6Q0W2R9D4E';
/** A place in each list whose places look like no other's. */
const PLACES = {
  accounts: `acc_${ULID}`,
  keys: `key_${ULID}`,
  tokens: `tok_${ULID}`,
  'portal-links': `lnk_${ULID}`,
  users: 'users/1780306200000/usrA1b2C3d4E5f6G7',
  bases: 'bases/1780306200000/appA1b2C3d4E5f6G7',
  integrations: 'integrations/1780306200000/a/client \u00e4',
  'event-types': 'event-types/order.paid',
  'bases/appA1b2C3d4E5f6G7/collaborators': 'collaborators/ada@example.org',
};
/** A place of no list; one with more behind it; and what is none of our cursors. */
const WRONG = [cursorAt("' or true --"), cursorAt(`${ULID}\n1`), cursorAt(''), 'x', '', `${cursorAt('1')}=`];

/** Places of the right form at moments that there are not. */
const IMPOSSIBLE = [
  ['deliveries', '2026-99-99T99:99:99.000000Z/msg_x'],
  ['deliveries', '2026-02-30T00:00:00.000000Z/msg_x'],
  ['deliveries', '0000-01-01T00:00:00.000000Z/msg_x'],
  ['dead-letters', '2026-99-99T99:99:99.000000Z/0/1'],
] as const;

async function isRefused(list: string, cursor: string): Promise<void> {
  const path = `/v1/${list}?cursor=${encodeURIComponent(cursor)}`;
  const answer = await gateway.ask(path, { headers: { authorization: 'admin-key' } });
  expect([path, answer.status]).toEqual([path, 400]);
  expect(await answer.json()).toMatchObject({ errors: [{ path: 'cursor' }] });
}

it.each(LISTS)('the cursor of %s is a place in that list', async (list) => {
  for (const cursor of WRONG) await isRefused(list, cursor);
});

it.each(IMPOSSIBLE)('the cursor of %s is at a moment that there is, unlike %s', (list, place) =>
  isRefused(list, cursorAt(place)),
);

it('the cursor of deliveries is also at those of which nobody knows when they are due', async () => {
  const path = `/v1/deliveries?cursor=${cursorAt('infinity/msg_x')}`;
  expect((await gateway.ask(path, { headers: { authorization: 'admin-key' } })).status).toBe(200);
  expect(gateway.jobs.asked.at(-1)).toMatchObject({ request: { before: { at: 'infinity', id: 'msg_x' } } });
});

it.each(Object.entries(PLACES))('%s goes on behind its own places alone', async (list, own) => {
  for (const [other, place] of Object.entries(PLACES)) {
    const path = `/v1/${list}?cursor=${cursorAt(place)}`;
    const answer = await gateway.ask(path, { headers: { authorization: 'admin-key' } });
    expect([other, answer.status === 400]).toEqual([other, place !== own]);
  }
});
