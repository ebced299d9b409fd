import { rowsLookedAt } from '@sluice/testing/rows-looked-at';
import type pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readJobVersions } from '../changes/recent-outcomes.js';
import type { LeasedJob } from '../jobs/job.js';
import { readJobs } from '../jobs/job-rows.js';
import { TryNow } from '../jobs/try-now.js';
import { readRecent } from '../preview/recent-event-rows.js';
import { readLastDeliveries } from '../statistics/last-deliveries.js';
import { readRollups } from '../statistics/read-rollups.js';
import { explaining } from '../testing/explaining.js';
import { fillLargeAccount, LARGE, largeWebhook } from '../testing/large-account.js';
import { Storage } from '../testing/storage.js';
import { readEventsOfId } from '../trail/events-of-id.js';
import { readEventDeliveries } from './event-deliveries.js';
import { type DeliveryPage, type DeliveryQuestion, readAccountPage, readWebhookPage } from './read-deliveries.js';
import { readDelivery } from './read-delivery.js';

let storage: Storage;

beforeAll(async () => {
  storage = await Storage.open();
  await fillLargeAccount(storage.url);
});
afterAll(() => storage.close());

const DAY_MS = 24 * 3_600_000;
const ago = (days: number): string => new Date(Date.now() - days * DAY_MS).toISOString();
const question = (more: Partial<DeliveryQuestion> = {}): DeliveryQuestion => ({
  accountId: LARGE,
  limit: 100,
  ...more,
});
const hundred = Array.from({ length: 100 }, (_, number) => largeWebhook(number));
const days = (count: number): [number, number] => [Date.now() - count * DAY_MS, Date.now()];

/** Deliveries, their events and last attempts, and a few of each day and state. */
const MOST_ROWS = 2_000;

/** Reads that give a page of deliveries. */
const PAGES: Record<string, (pool: pg.Pool) => Promise<DeliveryPage>> = {
  all: (pool) => readAccountPage(pool, question()),
  delivered: (pool) => readAccountPage(pool, question({ state: 'delivered' })),
  exhausted: (pool) => readAccountPage(pool, question({ state: 'exhausted' })),
  cancelled: (pool) => readAccountPage(pool, question({ state: 'cancelled', limit: 20 })),
  pending: (pool) => readAccountPage(pool, question({ state: 'pending' })),
  'amid many at once': (pool) => readAccountPage(pool, question({ until: ago(10), state: 'delivered' })),
  'of some days': (pool) => readAccountPage(pool, question({ since: ago(9), until: ago(5) })),
  'of a busy webhook': (pool) => readWebhookPage(pool, largeWebhook(7), question()),
  'of a busy webhook, cancelled': (pool) =>
    readWebhookPage(pool, largeWebhook(7), question({ state: 'cancelled', limit: 1 })),
};

test.each(Object.keys(PAGES))('a page of deliveries looks at little more than what is on it: %s', async (name) => {
  const plans: string[] = [];
  const page = await PAGES[name]!(explaining(storage.pool, plans));
  expect(page.deliveries.length).toBeGreaterThan(0);
  expect(
    plans.map(rowsLookedAt).filter((rows) => rows > MOST_ROWS),
    plans.join('\n'),
  ).toEqual([]);
});

test('so do the pages behind it, to the last row of many that ended at once', async () => {
  const plans: string[] = [];
  const pool = explaining(storage.pool, plans);
  let { next } = await readAccountPage(pool, question({ state: 'delivered' }));
  for (let pages = 0; pages < 3; pages++)
    ({ next } = await readAccountPage(pool, question({ state: 'delivered', before: next! })));
  await readAccountPage(pool, question({ before: next! }));
  expect(
    plans.map(rowsLookedAt).filter((rows) => rows > MOST_ROWS),
    plans.join('\n'),
  ).toEqual([]);
});

const TRYING = { accountId: LARGE, createdAt: new Date(Date.now() + DAY_MS).toISOString() } as LeasedJob;
const ALL_WAITING = { webhookId: largeWebhook(7), cursor: null, over: false };

/** What else is read of an account, with the rows that it may look at. */
const OTHERS: Record<string, [number, (pool: pg.Pool) => Promise<unknown>]> = {
  'one delivery': [10, (pool) => readDelivery(pool, LARGE, 'msg_1_7')],
  'the events of an id': [20_000, (pool) => readEventsOfId(pool, LARGE, { id: 'event-20000' })],
  'the last day of a hundred webhooks': [1_000, (pool) => readRollups(pool, hundred, ...days(1))],
  'a month of one webhook': [1_000, (pool) => readRollups(pool, [largeWebhook(7)], ...days(30))],
  'when a hundred webhooks had their last deliveries': [10_000, (pool) => readLastDeliveries(pool, hundred)],
  'a page of the deliveries of an event for all webhooks, which are put in order': [
    15_000,
    (pool) => readEventDeliveries(pool, { eventId: 'event-1', webhookId: null }, question()),
  ],
  'recent events': [200, (pool) => readRecent(pool, LARGE, ['t'], 100)],
  jobs: [200, (pool) => readJobs(pool, LARGE, { limit: 100 })],
  'a step of a job that tries 2,000 waiting deliveries of a webhook': [
    500,
    (pool) => new TryNow({ pool, clock: { shiftMs: 0 } }).next(TRYING, ALL_WAITING, 100),
  ],
  'how far jobs are': [200, (pool) => readJobVersions(pool, LARGE)],
};

test.each(Object.keys(OTHERS))('what is read of a large account looks at little of it: %s', async (name) => {
  const plans: string[] = [];
  const [most, read] = OTHERS[name]!;
  await read(explaining(storage.pool, plans));
  expect(plans.length).toBeGreaterThan(0);
  expect(Math.max(...plans.map(rowsLookedAt)), plans.join('\n')).toBeLessThan(most);
});
