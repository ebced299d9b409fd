import type { ClientBase } from 'pg';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Attempt, Ping, Verdict } from '../model/delivery.js';
import { claimPings } from '../retry/claim-pings.js';
import { anEvent } from '../testing/samples.js';
import { anAttempt, Storage } from '../testing/storage.js';
import type { EventFact, PingFact } from './fact.js';
import { lockPings, settlePings } from './settle-pings.js';
import { openPings, readPingResults } from './write-pings.js';

let storage: Storage;

beforeEach(async () => {
  storage = await Storage.open();
});

afterEach(() => storage.close());

async function inTransaction(work: (client: ClientBase) => Promise<void>): Promise<void> {
  const client = await storage.pool.connect();
  try {
    await client.query('begin');
    await work(client);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback');
    throw error;
  } finally {
    client.release();
  }
}

const named = (webhookIds: readonly string[]) => webhookIds.map((webhookId) => ({ webhookId, accountId: 'account-1' }));
const open = (...webhookIds: string[]) =>
  inTransaction((client) => openPings(client, named(webhookIds), storage.clock.shiftMs));
const claim = (webhookIds: string[], lease = 'lease', except: string[] = []) =>
  claimPings(storage.pool, webhookIds, { lease, except, shiftMs: storage.clock.shiftMs });
const settle = (ping: Ping, attempt: Attempt | null, verdict: Verdict) =>
  inTransaction(async (client) => {
    const facts: PingFact[] = [{ kind: 'ping', under: null, ping, attempt, verdict }];
    await lockPings(client, facts, []);
    await settlePings(client, facts, storage.clock.shiftMs);
  });
const rows = () => storage.rows('select webhook_id, attempt, lease, again from dispatch.ping order by webhook_id');
const resultOf = async (webhookId: string) => (await readPingResults(storage.pool, [webhookId])).get(webhookId);

/** A change of a base that opens pings for these webhooks. */
const changeFor = (webhookIds: readonly string[]): EventFact => ({
  kind: 'event',
  under: { partition: 0, epoch: 1n },
  event: anEvent(),
  matched: 0,
  open: 0,
  change: {
    base: { accountId: 'account-1', baseId: 'appA1b2C3d4E5f6G7', given: false },
    transaction: 1,
    lists: named(webhookIds).map((name) => ({ ...name, payloads: [Buffer.of(1)], closes: false, pings: true })),
    notes: [],
  },
});

const FAILED = anAttempt({ status: 404 });

describe('what comes while a ping', () => {
  test('waits, be it for its retry, is told of by it', async () => {
    await open('a', 'a', 'b');
    await open('a');
    expect(await rows()).toMatchObject([
      { webhook_id: 'a', attempt: 1, lease: null, again: false },
      { webhook_id: 'b', attempt: 1, lease: null, again: false },
    ]);
    const [ping] = await claim(['a']);
    await settle(ping!, FAILED, { state: 'pending', dueInMs: 10_000 });
    await open('a');
    expect((await rows())[0]).toMatchObject({ attempt: 2, lease: null, again: false });
    expect(await claim(['a'])).toEqual([]);
  });

  test('is under way leads to another when it succeeded', async () => {
    await open('a');
    const [ping] = await claim(['a']);
    await open('a');
    expect(await rows()).toMatchObject([{ lease: 'lease', again: true }]);
    storage.clock.advance(1_000);
    await settle(ping!, anAttempt(), { state: 'delivered' });
    expect(await rows()).toMatchObject([{ attempt: 1, lease: null, again: false }]);
    const [another] = await claim(['a'], 'another');
    expect(another!.openedAtMs - ping!.openedAtMs).toBeGreaterThanOrEqual(1_000);
    await settle(another!, anAttempt(), { state: 'delivered' });
    expect(await rows()).toEqual([]);
  });

  test('is under way is told of by the retry when it failed', async () => {
    await open('a');
    const [ping] = await claim(['a']);
    await open('a');
    await settle(ping!, FAILED, { state: 'pending', dueInMs: 0 });
    const [retry] = await claim(['a'], 'another');
    expect(retry).toMatchObject({ attempt: 2 });
    await settle(retry!, anAttempt({ number: 2 }), { state: 'delivered' });
    expect(await rows()).toEqual([]);
  });

  test('is given up is looked at again once everybody knows that notifications are off', async () => {
    await open('a', 'b');
    const [one, two] = (await claim(['a', 'b'])).sort((x, y) => x.id.localeCompare(y.id));
    await open('a');
    await settle(one!, FAILED, { state: 'exhausted', reason: 'enough' });
    await settle(two!, FAILED, { state: 'exhausted', reason: 'enough' });
    expect(await rows()).toMatchObject([{ webhook_id: 'a', attempt: 1, lease: null }]);
    expect(await claim(['a'])).toEqual([]);
    storage.clock.advance(5_000);
    expect(await claim(['a'])).toHaveLength(1);
  });
});

test('what came before a ping was claimed anew leads to no other: it tells of that', async () => {
  await open('a');
  await claim(['a'], 'one');
  await open('a');
  storage.clock.advance(50_000);
  const [ping] = await claim(['a'], 'two');
  await settle(ping!, anAttempt(), { state: 'delivered' });
  expect(await rows()).toEqual([]);
});

test('a ping is not claimed before what it tells of is committed', async () => {
  await open('a');
  await inTransaction(async (client) => {
    await openPings(client, named(['a']), 0);
    expect(await claim(['a'])).toEqual([]);
  });
  expect(await claim(['a'])).toHaveLength(1);
});

test('a ping is not claimed while its outcome waits to be written, nor before its lease is over', async () => {
  await open('a');
  expect(await claim(['a'], 'one')).toHaveLength(1);
  storage.clock.advance(49_000);
  expect(await claim(['a'], 'two')).toEqual([]);
  storage.clock.advance(1_000);
  expect(await claim(['a'], 'two', ['a'])).toEqual([]);
  expect(await claim(['a'], 'two')).toHaveLength(1);
});

test('an outcome counts only under the lease that the row has', async () => {
  await open('a');
  const [ping] = await claim(['a'], 'one');
  storage.clock.advance(50_000);
  await claim(['a'], 'two');
  await settle(ping!, anAttempt(), { state: 'delivered' });
  await settle(ping!, FAILED, { state: 'pending', dueInMs: 1 });
  expect(await rows()).toMatchObject([{ attempt: 1, lease: 'two' }]);
  expect(await resultOf('a')).toBeUndefined();
});

describe('how the last ping went', () => {
  const at = { startedAtMs: Date.parse('2026-03-01T12:00:01.900Z'), latencyMs: 73.540927 };

  test('is told as the contract has it, the last success kept and in whole seconds', async () => {
    await open('a');
    const [first] = await claim(['a']);
    await settle(first!, anAttempt(at), { state: 'delivered' });
    expect(JSON.stringify(await resultOf('a'))).toBe(
      '{"lastNotificationResult":{"success":true,"completionTimestamp":"2026-03-01T12:00:01.973Z","durationMs":73.540927,"retryNumber":0},"lastSuccessfulNotificationTime":"2026-03-01T12:00:02.000Z"}',
    );
    await open('a');
    const [second] = await claim(['a']);
    await settle(second!, { ...FAILED, ...at, number: 3 }, { state: 'pending', dueInMs: 1 });
    expect(JSON.stringify(await resultOf('a'))).toBe(
      '{"lastNotificationResult":{"success":false,"completionTimestamp":"2026-03-01T12:00:01.973Z","durationMs":73.540927,"retryNumber":2,"error":{"message":"The HTTP request returned a 404 status code instead of 200 or 204."},"willBeRetried":true},"lastSuccessfulNotificationTime":"2026-03-01T12:00:02.000Z"}',
    );
  });

  test('is unknown as long as none was completed', async () => {
    await open('a');
    const [ping] = await claim(['a']);
    await settle(ping!, null, { state: 'pending', dueInMs: 0 });
    expect(await resultOf('a')).toBeUndefined();
    expect(await rows()).toMatchObject([{ attempt: 1, lease: null }]);
  });

  test('shows the last retry as the 13th, however often it is repeated', async () => {
    await open('a');
    const [ping] = await claim(['a']);
    await settle(ping!, { ...FAILED, number: 16 }, { state: 'exhausted', reason: 'enough' });
    expect(await resultOf('a')).toMatchObject({
      lastNotificationResult: { retryNumber: 13, willBeRetried: false },
      lastSuccessfulNotificationTime: null,
    });
  });
});

test('transactions that open and settle pings of each other never wait in a circle', async () => {
  const ids = Array.from({ length: 30 }, (_, number) => `webhook-${String(number).padStart(2, '0')}`);
  const [mine, others] = [ids.filter((_, number) => number % 2 === 0), ids.filter((_, number) => number % 2 === 1)];
  /** A dispatcher that records changes for its own webhooks, and settles pings that it claimed of others'. */
  const rounds = async (opens: string[], settles: string[], lease: string) => {
    for (let round = 0; round < 25; round += 1) {
      const claimed = await claim(settles, `${lease}-${round}`);
      await inTransaction(async (client) => {
        const facts = claimed.reverse().map(
          (ping): PingFact => ({
            kind: 'ping',
            under: null,
            ping,
            attempt: anAttempt(),
            verdict: { state: 'delivered' },
          }),
        );
        await lockPings(client, facts, [changeFor(opens)]);
        await settlePings(client, facts, 0);
        await openPings(client, named(opens.toReversed()), 0);
      });
    }
  };
  await open(...ids);
  const both = Promise.all([rounds(mine, others, 'one'), rounds(others, mine, 'two')]);
  await expect(both).resolves.toBeDefined();
});
