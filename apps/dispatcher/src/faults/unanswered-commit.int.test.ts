import { DatabaseLine } from '@sluice/testing/database-line';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ChangingBase } from '../testing/changing-base.js';
import { DispatcherUnderTest } from '../testing/dispatcher-under-test.js';
import { FAILING, QUICK, SLOW, TwicePublished } from '../testing/twice-published.js';

const EVENTS = 80;
/** The answer to every so manieth COMMIT is lost, and with it the connection. */
const EVERY = 3;

let sluice: DispatcherUnderTest;
let line: DatabaseLine;

beforeEach(async () => {
  sluice = await DispatcherUnderTest.create();
  line = await DatabaseLine.to(sluice.database.url);
});
afterEach(async () => {
  await sluice.close();
  await line.close();
});

test('connections that break between COMMIT and its answer lose nothing, double nothing and miscount nothing', async () => {
  let commits = 0;
  let swallowed = 0;
  line.interfere = ({ name, transaction }) => {
    if (name !== 'commit' || transaction?.some((inside) => inside.includes('lock_timeout'))) return null;
    commits += 1;
    if (commits % EVERY > 0) return null;
    swallowed += 1;
    return { when: 'answered', act: () => 'cut' };
  };
  const some = [
    new TwicePublished(sluice, QUICK, { events: EVENTS }),
    new TwicePublished(sluice, FAILING, { events: 4 }),
    new TwicePublished(sluice, SLOW, { events: 4 }),
  ];
  const ordered = new TwicePublished(sluice, QUICK, { events: EVENTS, ordering: 'subject' });
  const all = [...some, ordered];
  const byPath = new Map(all.map((events) => [events.path, events]));
  const base = new ChangingBase(sluice);
  const list = base.webhook({ endpoint: sluice.receiver.url('/pings'), notificationsEnabled: true });
  sluice.receiver.answer((arrival) => byPath.get(arrival.path)?.answer(arrival) ?? { status: 200 });
  await sluice.start({ databaseUrl: line.url });

  const publishing = all.map((events) => events.publish());
  for (let change = 1; change <= EVENTS; change += 1) await base.publish(change, {}, { id: `change-${change}` });
  await Promise.all(publishing);
  for (const events of all) await events.settled();
  await vi.waitFor(async () => expect(await sluice.rows('select from dispatch.ping')).toEqual([]), 20_000);

  expect(swallowed).toBeGreaterThan(EVERY);
  for (const events of all) await events.expectOnce();
  expect(ordered.arrivals.map(({ headers }) => headers['ce-id'])).toEqual(ordered.ids);
  expect(await base.recorded(list.id)).toEqual(
    Array.from({ length: EVENTS }, (_, index) => ({ number: index + 1, transaction: index + 1, value: index + 1 })),
  );
  for (const { webhook, manner, ids } of all) {
    const [counted] = await sluice.rows(
      `select sum(succeeded)::int as succeeded, sum(failed)::int as failed, sum(delivered)::int as delivered
       from dispatch.rollup where webhook_id = $1`,
      [webhook.id],
    );
    const count = ids.length;
    expect(counted).toEqual({ succeeded: count, failed: (manner.needs - 1) * count, delivered: count });
  }
});
