import { afterAll, beforeAll, expect, it } from 'vitest';
import { type GatewayUnderTest, gatewayUnderTest } from '../testing/gateway-under-test.js';
import { cursorAt } from './page.js';

let gateway: GatewayUnderTest;
beforeAll(async () => {
  gateway = await gatewayUnderTest();
  gateway.registry.add('admin-key', { kind: 'admin', operator: true });
});
afterAll(() => gateway.stop());

const LISTS = ['webhooks', 'deliveries', 'jobs', 'dead-letters', 'sources', 'audit', 'portal-links', 'accounts'];
/** A place of no list; one with more behind it; and what is none of our cursors. */
const WRONG = [
  cursorAt("' or true --"),
  cursorAt('01M1Q5C7K8T3ZVXG6Q0W2R9D4E\n1'),
  cursorAt(''),
  'x',
  '',
  `${cursorAt('1')}=`,
];

it.each(LISTS)('the cursor of %s is a place in that list', async (list) => {
  for (const cursor of WRONG) {
    const path = `/v1/${list}?cursor=${encodeURIComponent(cursor)}`;
    const answer = await gateway.ask(path, { headers: { authorization: 'admin-key' } });
    expect([path, answer.status]).toEqual([path, 400]);
    expect(await answer.json()).toMatchObject({ errors: [{ path: 'cursor' }] });
  }
});
