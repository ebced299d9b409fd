import type { FilterWebhook } from '@sluice/contracts/webhook-feed';
import type { Pool } from 'pg';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { OperationalEvent } from '../announcements/operational-event.js';
import { insertOperational } from '../announcements/write-operational.js';
import { openDispatchPool } from '../database/dispatch-pool.js';
import { Matcher } from '../match/matcher.js';
import { aWebhook } from '../testing/samples.js';
import { Storage } from '../testing/storage.js';
import { clientsThat, unanswered } from '../testing/watched-client.js';
import { Conditions } from '../waiting/conditions.js';
import { TimeSlices } from '../waiting/time-slices.js';
import { WebhookIndex } from '../webhooks/webhook-index.js';
import { OperationalRelay } from './operational-relay.js';
import { dropOldOperational } from './outbox.js';

let storage: Storage;
let index: WebhookIndex;
const relays: OperationalRelay[] = [];
const pools: Pool[] = [];

beforeEach(async () => {
  storage = await Storage.open();
  index = new WebhookIndex(storage.logger);
});

afterEach(async () => {
  await Promise.all(relays.splice(0).map((relay) => relay.stop()));
  await Promise.all(pools.splice(0).map((pool) => pool.end()));
  await storage.close();
});

const PATIENCE = { timeout: 15_000, interval: 20 };

const put = (webhook: Partial<FilterWebhook>): void => {
  const created = index.revision + 1;
  const made = aWebhook({ eventType: 'webhook.failing', createdRevision: created, ...webhook });
  index.apply({ revision: created, webhookId: made.id, webhook: made });
  index.reached(created);
};

/** A relay of a dispatcher with this index; it is asked for what the registry has by `demanded`. */
function relay(pool: Pool = storage.pool, demanded: () => void = () => {}): OperationalRelay {
  if (pool !== storage.pool) pools.push(pool);
  let completeMs = Number.NEGATIVE_INFINITY;
  const follower = {
    demand: (atMs: number) => {
      demanded();
      completeMs = atMs;
    },
    completeSince: (atMs: number) => completeMs >= atMs,
  };
  const { clock, logger } = storage;
  const matcher = new Matcher(index, new TimeSlices());
  const conditions = new Conditions();
  const made = new OperationalRelay({
    ...{ pool, index, matcher, follower, conditions, clock, logger },
    expanded: () => {},
  });
  relays.push(made);
  made.start();
  return made;
}

const failing = (number: number): OperationalEvent => ({
  type: 'webhook.failing',
  webhookId: `failing-${number}`,
  accountId: 'account-1',
  eventId: 'webhook.failing-1',
  atMs: null,
  details: { failing_since: '2026-03-01T12:00:00.000Z', failed_attempts: 4 },
  delivered: null,
});

const write = (...events: OperationalEvent[]): Promise<void> => insertOperational(storage.pool, events, 0);
const expanded = () =>
  vi.waitFor(async () => {
    expect(await storage.rows('select from dispatch.operational_event where not expanded')).toEqual([]);
  }, PATIENCE);

const counts = async () => ({
  events: await storage.count('event'),
  bodies: await storage.count('event_body'),
  pending: await storage.count('pending'),
});

test('is told once, however often it is written and whenever who expands it dies', async () => {
  put({ id: 'watcher' });
  await write(failing(1), failing(2));
  await write(failing(1));
  let steps = 0;
  // First nothing of the transaction happens, then not all, then all but nobody hears of it.
  const Dying = clientsThat(async (statement, send) => {
    if (steps === 0 && statement === 'dispatch-insert-events') return fail();
    if (steps === 1 && statement === 'dispatch-insert-pending') return fail();
    if (steps === 2 && statement === 'commit') return send().then(fail);
    return send();
  });
  const fail = (): never => {
    steps += 1;
    return unanswered();
  };
  relay(openDispatchPool(storage.url, 2, { Client: Dying }));
  await vi.waitFor(() => expect(steps).toBe(3), PATIENCE);
  relay();
  await expanded();
  await write(failing(1), failing(2), failing(3));
  await expanded();
  expect(await counts()).toEqual({ events: 3, bodies: 3, pending: 3 });
});

test('stands in lanes for webhooks that ask for order', async () => {
  put({ id: 'watcher', ordering: 'subject' });
  await write(failing(1), { ...failing(1), eventId: 'webhook.failing-2' }, failing(2));
  relay();
  await expanded();
  const rows = `select due_at = 'infinity' as waits, count(*)::int from dispatch.pending group by 1 order by 1`;
  expect(await storage.rows(rows)).toEqual([
    { waits: false, count: 2 },
    { waits: true, count: 1 },
  ]);
});

test('two dispatchers expand each event once', async () => {
  put({ id: 'watcher' });
  const both = [relay(), relay(openDispatchPool(storage.url, 2))];
  for (let number = 0; number < 250; number += 1) {
    await write(failing(number));
    for (const each of both) each.wake();
  }
  await expanded();
  expect(await counts()).toEqual({ events: 250, bodies: 250, pending: 250 });
});

test('reaches webhooks that the registry has, though this dispatcher had not heard of them', async () => {
  let isKnown = false;
  await write(failing(1));
  relay(storage.pool, () => {
    if (!isKnown) put({ id: 'just-made' });
    isKnown = true;
  });
  await expanded();
  expect(await storage.rows('select webhook_id from dispatch.pending')).toEqual([{ webhook_id: 'just-made' }]);
});

test('leaves no trace where nobody subscribes, and one row where no filter is satisfied', async () => {
  put({ id: 'of-another-account', accountId: 'account-2' });
  relay();
  await write(failing(1));
  await expanded();
  expect(await counts()).toEqual({ events: 0, bodies: 0, pending: 0 });
  put({ id: 'picky', filter: '{"failed_attempts":{"$gt":100}}' });
  await write(failing(2));
  await expanded();
  expect(await storage.rows('select matched from dispatch.event')).toEqual([{ matched: 0 }]);
});

test('is remembered longer than it could be told again', async () => {
  await write(failing(1));
  storage.clock.advance(4 * 86_400_000);
  await write({ ...failing(2), atMs: storage.clock.nowMs() - 2 * 86_400_000 });
  await dropOldOperational(storage.pool, storage.clock.shiftMs);
  expect(await storage.count('operational_event')).toBe(2);
  relay();
  await expanded();
  await dropOldOperational(storage.pool, storage.clock.shiftMs);
  expect(await storage.rows('select webhook_id from dispatch.operational_event')).toEqual([
    { webhook_id: 'failing-2' },
  ]);
});
