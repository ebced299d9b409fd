import { eventHeaders } from '@sluice/contracts/event-record';
import type { StreamRecord } from '@sluice/event-stream/event-stream';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { keptHeaders } from '../deliver/kept-headers.js';
import type { IdentifiedEvent } from '../model/delivery.js';
import { aChangeEvent, aDelivery, anEvent, BASE, cellChange } from '../testing/samples.js';
import { anAttempt, Storage } from '../testing/storage.js';
import { StoredLanes } from '../testing/stored-lanes.js';
import { EventTrails, type ExplainUnmatched, type QuestionedEvent, serveTrails } from './event-trail.js';

let storage: Storage;

beforeEach(async () => {
  storage = await Storage.open();
});

afterEach(() => storage.close());

const recordOf = (event: IdentifiedEvent): StreamRecord => ({
  partition: event.partition,
  position: event.position,
  key: null,
  headers: eventHeaders(event),
  value: event.data,
  appendedAt: new Date(),
});

/** A stream that holds these events; each partition ends after its last one. */
const streamOf = (...events: IdentifiedEvent[]) => ({
  read: async (_: string, partition: number, from: bigint) =>
    events.filter((event) => event.partition === partition && event.position >= from).map(recordOf),
  ranges: async () => events.map(({ partition, position }) => ({ partition, first: 0n, end: position + 1n })),
});

function trails(stream: ConstructorParameters<typeof EventTrails>[0]['stream'], webhooks: string[] = []) {
  const questioned: QuestionedEvent[] = [];
  const explainUnmatched: ExplainUnmatched = (_, event, reached) => {
    questioned.push(event);
    const unreached = webhooks.filter((id) => !reached.has(id));
    return { webhooks: unreached.map((webhookId) => ({ webhookId, reason: 'other filter' })), more: false };
  };
  const { pool, logger } = storage;
  return { trails: new EventTrails({ pool, stream, explainUnmatched, logger }), questioned };
}

test('the trail tells each delivery with its attempts, and why other webhooks got nothing', async () => {
  const { recorder } = storage.recorder();
  const { epoch } = await recorder.take(0);
  const event = anEvent({ id: 'a/b ?ü', source: 'https://x/y', position: 7n });
  const origin = { kind: 'stream', epoch } as const;
  const made = aDelivery({ event, webhookId: 'made', origin });
  const waiting = aDelivery({ event, webhookId: 'waiting', origin });
  const foreign = aDelivery({ event, webhookId: 'foreign', accountId: 'account-2', origin });
  recorder.event(epoch, event, 3, 3);
  recorder.settle(made, anAttempt({ responseExcerpt: Buffer.from('o\0k \xff', 'latin1') }), { state: 'delivered' });
  recorder.settle(
    waiting,
    anAttempt({ status: null, error: 'timeout', responseHeaders: keptHeaders({ server: 'x' }) }),
    { state: 'pending', dueInMs: 60_000 },
  );
  recorder.park([foreign], null);
  await recorder.flushed();

  const { trails: mine, questioned } = trails(streamOf(event), ['made', 'quiet']);
  const result = await mine.trail('account-1', 'https://x/y', 'a/b ?ü');
  const attempt = { number: 1, at: '2026-03-01T12:00:01.000Z', latencyMs: 12.5 };
  expect(result).toEqual({
    ok: true,
    value: {
      source: 'https://x/y',
      id: 'a/b ?ü',
      type: event.attributes.type,
      acceptedAt: event.stamp.acceptedAt,
      partition: 0,
      position: '7',
      matched: 3,
      deliveries: expect.any(Array),
      payloads: [],
      unmatched: [{ webhookId: 'quiet', reason: 'other filter' }],
      unmatchedMore: false,
      complete: true,
    },
  });
  const { deliveries } = (result as Extract<typeof result, { ok: true }>).value;
  expect(deliveries).toHaveLength(2);
  expect(deliveries).toContainEqual({
    id: made.id,
    webhookId: 'made',
    state: 'delivered',
    attempts: [{ ...attempt, status: 200, error: null, responseHeaders: null, responseExcerpt: 'o\0k \uFFFD' }],
    nextAttemptAt: null,
  });
  expect(deliveries).toContainEqual({
    id: waiting.id,
    webhookId: 'waiting',
    state: 'pending',
    attempts: [
      { ...attempt, status: null, error: 'timeout', responseHeaders: [['server', 'x']], responseExcerpt: 'ok' },
    ],
    nextAttemptAt: expect.stringMatching(/^\d{4}-.*Z$/),
  });
  expect(questioned).toEqual([
    { source: 'https://x/y', type: event.attributes.type, stamp: event.stamp, data: event.data },
  ]);
});

test('while deliveries are under way, no webhook that matches is said to have got nothing', async () => {
  const { recorder } = storage.recorder();
  const { epoch } = await recorder.take(0);
  const event = anEvent({ position: 7n });
  const delivery = aDelivery({ event, webhookId: 'reached', origin: { kind: 'stream', epoch } });
  recorder.event(epoch, event, 1, 1);
  await recorder.flushed();
  const { pool, logger } = storage;
  const matching = ['reached', 'changed'].map((webhookId) => ({ webhookId, reason: null }));
  const unreached = [...matching, { webhookId: 'quiet', reason: 'other filter' }];
  const explainUnmatched: ExplainUnmatched = (_accountId, _event, reached) => ({
    webhooks: unreached.filter(({ webhookId }) => !reached.has(webhookId)),
    more: true,
  });
  const asked = new EventTrails({ pool, stream: streamOf(event), explainUnmatched, logger });

  const quiet = { webhookId: 'quiet', reason: 'other filter' };
  expect(await asked.trail('account-1', '/feeds/1', 'event-1')).toMatchObject({
    value: { matched: 1, deliveries: [], unmatched: [quiet], unmatchedMore: true, complete: false },
  });
  recorder.settle(delivery, anAttempt(), { state: 'delivered' });
  await recorder.flushed();
  expect(await asked.trail('account-1', '/feeds/1', 'event-1')).toMatchObject({
    value: {
      deliveries: [{ webhookId: 'reached' }],
      unmatched: [{ webhookId: 'changed', reason: expect.stringContaining('it was changed since') }, quiet],
      unmatchedMore: true,
      complete: true,
    },
  });
});

test('the next attempt of a delivery that waits for another one is at no known time', async () => {
  const lanes = await StoredLanes.open(storage);
  const [, second] = lanes.park('a', 1n, 2n);
  await lanes.recorder.flushed();
  const { trails: mine } = trails(streamOf(second!.event));
  const { source, id } = second!.event.attributes;
  expect(await mine.trail('account-1', source, id)).toMatchObject({
    value: { deliveries: [{ id: second!.id, state: 'pending', nextAttemptAt: null }] },
  });
});

test('an event that no webhook got is read from the stream; when it is gone there too, the answer does without', async () => {
  const { recorder } = storage.recorder();
  const { epoch } = await recorder.take(0);
  const event = anEvent({ position: 3n });
  recorder.event(epoch, event, 0, 0);
  await recorder.flushed();

  const there = trails(streamOf(event), ['quiet']);
  expect(await there.trails.trail('account-1', '/feeds/1', 'event-1')).toMatchObject({
    value: { deliveries: [], unmatched: [{ webhookId: 'quiet' }] },
  });
  expect(there.questioned[0]).toEqual({
    source: '/feeds/1',
    type: event.attributes.type,
    stamp: event.stamp,
    data: event.data,
  });

  const away = { ...streamOf(), read: () => Promise.reject(new Error('out of range')) };
  const gone = trails(away, ['quiet']);
  expect(await gone.trails.trail('account-1', '/feeds/1', 'event-1')).toMatchObject({ ok: true });
  expect(gone.questioned[0]).toMatchObject({ data: null, stamp: { accountId: 'account-1', audience: { to: 'own' } } });
});

test('a change’s trail tells the numbers of the payloads that it left, to the account that it was for', async () => {
  const { recorder } = storage.recorder();
  const { epoch } = await recorder.take(0);
  const event = aChangeEvent(cellChange(1), { position: 4n, audience: { to: 'account', accountId: 'account-2' } });
  const base = { accountId: 'account-2', baseId: BASE, given: false };
  const listed = { accountId: 'account-2', closes: false, pings: false };
  const lists = [
    { ...listed, webhookId: 'two', payloads: [Buffer.from('{}'), Buffer.from('{}')] },
    { ...listed, webhookId: 'one', payloads: [Buffer.from('{}')] },
  ];
  recorder.event(epoch, event, 0, 0, { base, transaction: 1, lists, notes: [] });
  recorder.event(epoch, anEvent({ id: 'other', accountId: 'account-2', position: 5n }), 0, 0);
  const own = aChangeEvent(cellChange(2), { position: 6n, accountId: 'account-2', id: 'own' });
  recorder.event(epoch, own, 0, 0, { base, transaction: 2, lists, notes: [] });
  await recorder.flushed();

  const { trails: mine } = trails(streamOf(event), ['one', 'quiet']);
  const { source } = event.attributes;
  expect(await mine.trail('account-1', source, 'event-1')).toMatchObject({ value: { matched: 2, payloads: [] } });
  expect(await mine.trail('account-2', source, 'own')).toMatchObject({
    value: {
      payloads: [
        { webhookId: 'one', numbers: [2] },
        { webhookId: 'two', numbers: [3, 4] },
      ],
      unmatched: [{ webhookId: 'quiet' }],
    },
  });
});

test('of an id that very many sources used the newest are told, and that there are more', async () => {
  const { recorder } = storage.recorder();
  const { epoch } = await recorder.take(0);
  const published = (id: string, count: number) =>
    Array.from({ length: count }, (_, at) => anEvent({ id, source: `/${id}/${at}`, position: BigInt(at + 1) }));
  for (const event of [...published('twenty', 20), ...published('one-more', 21)]) recorder.event(epoch, event, 0, 0);
  await recorder.flushed();
  const { trails: mine } = trails(streamOf());
  expect(await mine.trails('account-1', 'twenty')).toMatchObject({ events: { length: 20 }, more: false });
  expect(await mine.trails('account-1', 'one-more')).toMatchObject({ events: { length: 20 }, more: true });
});

test('an event that is not known is not found, and the answer says whether it may still come', async () => {
  const idle = trails(streamOf());
  expect(await idle.trails.trail('account-1', '/feeds/1', 'nothing')).toMatchObject({
    ok: false,
    refusal: { code: 'not_found', message: expect.stringContaining('no event is waiting') },
  });
  const behind = trails(streamOf(anEvent({ position: 9n })));
  expect(await behind.trails.trail('account-1', '/feeds/1', 'nothing')).toMatchObject({
    refusal: { message: expect.stringContaining('10 accepted events are still waiting') },
  });
});

test('a credential opens its own account’s events and no other', async () => {
  const { recorder } = storage.recorder();
  const { epoch } = await recorder.take(0);
  const event = anEvent({ position: 1n });
  recorder.event(epoch, event, 0, 0);
  await recorder.flushed();

  const { eventTrail: command } = serveTrails(
    {
      authorize: async ({ credential, purpose }) =>
        credential === 'bad'
          ? { ok: false, refusal: { code: 'unauthenticated', message: `unknown for ${purpose}` } }
          : { ok: true, value: { keyId: 'k', accountId: credential, kind: 'live', audience: 'own', operator: false } },
    },
    trails(streamOf(event)).trails,
  );
  const asked = { source: '/feeds/1', id: 'event-1' };
  expect(await command({ credential: 'account-1', ...asked })).toMatchObject({ ok: true });
  expect(await command({ credential: 'account-2', ...asked })).toMatchObject({ refusal: { code: 'not_found' } });
  expect(await command({ credential: 'bad', ...asked })).toMatchObject({ refusal: { message: 'unknown for read' } });
});
