import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { EventDelivery } from '../model/delivery.js';
import { aDelivery, anEvent } from '../testing/samples.js';
import { anAttempt, Storage } from '../testing/storage.js';
import type { Recorder } from './recorder.js';

let storage: Storage;

beforeEach(async () => {
  storage = await Storage.open();
});

afterEach(() => storage.close());

const eventAt = (position: bigint, id = `event-${position}`) => anEvent({ position, id });

/** Reports the event at the position with a delivery to each webhook, and answers the deliveries. */
function matched(recorder: Recorder, epoch: bigint, position: bigint, webhooks: string[]): EventDelivery[] {
  const event = eventAt(position);
  recorder.event(epoch, event, webhooks.length, webhooks.length);
  return webhooks.map((webhookId) => aDelivery({ event, webhookId, origin: { kind: 'stream', epoch } }));
}

test('an event, its body, its deliveries and attempts are recorded, and the position moves with them', async () => {
  const { recorder, told } = storage.recorder();
  const { epoch, position, known } = await recorder.take(0);
  expect({ epoch, position, known: known.size }).toEqual({ epoch: 1n, position: null, known: 0 });

  const deliveries = matched(recorder, epoch, 7n, ['a', 'b', 'c', 'd']);
  recorder.settle(deliveries[0]!, anAttempt(), { state: 'delivered' });
  recorder.settle(deliveries[1]!, anAttempt({ status: 503 }), { state: 'pending', dueInMs: 5_000 });
  recorder.settle(deliveries[2]!, null, { state: 'cancelled', reason: 'deleted' });
  recorder.park([deliveries[3]!], null);
  await recorder.flushed();

  expect(await storage.position(0)).toBe(8n);
  expect(await storage.rows('select webhook_id, state, reason from dispatch.delivery order by 1')).toEqual([
    { webhook_id: 'a', state: 'delivered', reason: null },
    { webhook_id: 'c', state: 'cancelled', reason: 'deleted' },
  ]);
  expect(await storage.rows('select webhook_id, attempt, lease, reason from dispatch.pending order by 1')).toEqual([
    { webhook_id: 'b', attempt: 2, lease: null, reason: 'HTTP 503' },
    { webhook_id: 'd', attempt: 1, lease: null, reason: null },
  ]);
  expect(await storage.count('attempt')).toBe(2);
  expect(await storage.rows('select matched from dispatch.event')).toEqual([{ matched: 4 }]);
  expect(await storage.rows('select data from dispatch.event_body')).toEqual([{ data: deliveries[0]!.event.data }]);
  expect(new Set(told.deliveries)).toEqual(new Set(deliveries));
});

test('an event that nobody wants leaves one small row and no body; a duplicate leaves nothing', async () => {
  const { recorder } = storage.recorder();
  const { epoch } = await recorder.take(0);
  recorder.event(epoch, eventAt(1n), 0, 0);
  recorder.skip(epoch, { partition: 0, position: 2n });
  await recorder.flushed();

  expect([await storage.count('event'), await storage.count('event_body')]).toEqual([1, 0]);
  expect(await storage.position(0)).toBe(3n);
});

test('records may complete in any order: the position waits for the first, and a new owner knows the later ones', async () => {
  const { recorder } = storage.recorder();
  const { epoch } = await recorder.take(0);
  recorder.begin(epoch, [
    { partition: 0, position: 5n },
    { partition: 0, position: 9n },
  ]);
  const [late, parked] = matched(recorder, epoch, 9n, ['late', 'parked']);
  recorder.settle(late!, anAttempt(), { state: 'delivered' });
  recorder.park([parked!], null);
  await recorder.flushed();
  expect(await storage.position(0)).toBe(5n);

  const { recorder: heir } = storage.recorder();
  const taken = await heir.take(0);
  expect(taken.position).toBe(5n);
  expect(taken.epoch).toBe(epoch + 1n);
  expect(taken.known).toEqual(new Set([late!.id, parked!.id]));

  matched(heir, taken.epoch, 5n, []);
  heir.event(taken.epoch, eventAt(9n), 2, 0);
  await heir.flushed();
  expect(await storage.position(0)).toBe(10n);
  expect(await storage.count('event')).toBe(2);
});

test('under an epoch that was taken over nothing is written, and the former owner is told', async () => {
  const { recorder: former, told } = storage.recorder();
  const { epoch } = await former.take(0);
  const { epoch: other } = await former.take(1);
  const { recorder: heir } = storage.recorder();
  await heir.take(0);

  const [zombie] = matched(former, epoch, 3n, ['a']);
  former.settle(zombie!, anAttempt(), { state: 'delivered' });
  former.deadLetter(epoch, { ...recordAt(0, 4n) }, 'unreadable');
  former.event(other, anEvent({ partition: 1, position: 1n }), 0, 0);
  await former.flushed();

  expect(told.losses).toEqual([{ partition: 0, epoch }]);
  expect(told.deliveries).toContain(zombie);
  expect(await storage.count('delivery')).toBe(0);
  expect(await storage.count('dead_letter')).toBe(0);
  expect(await storage.position(0)).toBeNull();
  // The other partition's facts of the same transaction count.
  expect(await storage.position(1)).toBe(2n);
  expect(await storage.count('event')).toBe(1);
});

test('a dispatcher with nothing to write learns by its heartbeat that a partition is lost', async () => {
  const { recorder: former, told } = storage.recorder({ leaseMs: 300 });
  const { epoch } = await former.take(0);
  const { recorder: heir } = storage.recorder();
  await heir.take(0);
  await vi.waitFor(() => expect(told.losses).toEqual([{ partition: 0, epoch }]), { timeout: 10_000 });
});

test('a living owner is waited for until it gives the partition up, with everything written', async () => {
  const { recorder: former } = storage.recorder();
  const { epoch } = await former.take(0);
  const { recorder: heir } = storage.recorder({ patienceMs: 60_000 });
  const taking = heir.take(0);
  matched(former, epoch, 1n, []);
  await former.giveUp(0, epoch);
  expect((await taking).position).toBe(2n);
});

test('a partition that is held is kept by its heartbeat', async () => {
  const { recorder } = storage.recorder({ leaseMs: 600 });
  await recorder.take(0);
  const [first] = await storage.rows<{ lease_until: Date }>('select lease_until from dispatch.partition');
  await vi.waitFor(
    async () => {
      const [now] = await storage.rows<{ lease_until: Date }>('select lease_until from dispatch.partition');
      expect(now!.lease_until.getTime()).toBeGreaterThan(first!.lease_until.getTime());
    },
    { timeout: 10_000 },
  );
});

test('a NUL byte anywhere in what users wrote is recorded as it came', async () => {
  const { recorder } = storage.recorder();
  const { epoch } = await recorder.take(0);
  const nul = 'a\0b';
  const event = anEvent({ id: nul, source: nul, type: nul, subject: nul, data: nul, extensions: { x: nul } });
  const delivery = aDelivery({ event, origin: { kind: 'stream', epoch } });
  recorder.event(epoch, event, 1, 1);
  recorder.settle(delivery, anAttempt({ responseExcerpt: Buffer.from(nul), error: nul }), {
    state: 'exhausted',
    reason: nul,
  });
  recorder.deadLetter(epoch, { ...recordAt(0, 2n), headers: { [nul]: nul }, value: Buffer.from(nul) }, nul);
  await recorder.flushed();

  expect(await storage.rows('select source, id, type from dispatch.event')).toEqual([
    { source: Buffer.from(nul), id: Buffer.from(nul), type: Buffer.from(nul) },
  ]);
  expect(await storage.rows('select data from dispatch.event_body')).toEqual([{ data: Buffer.from(nul) }]);
  expect(await storage.rows('select excerpt, error from dispatch.attempt')).toEqual([
    { excerpt: Buffer.from(nul), error: 'a\uFFFDb' },
  ]);
  const [letter] = await storage.rows<{ headers: Buffer; data: Buffer }>(
    'select headers, data from dispatch.dead_letter',
  );
  expect(JSON.parse(letter!.headers.toString())).toEqual({ [nul]: nul });
  expect(letter!.data).toEqual(Buffer.from(nul));
});

test('an outcome counts only under the lease that the row has', async () => {
  const { recorder } = storage.recorder();
  const { epoch } = await recorder.take(0);
  const [delivery] = matched(recorder, epoch, 1n, ['a']);
  recorder.park([delivery!], 'lease-1');
  await recorder.flushed();
  await storage.pool.query(`update dispatch.pending set lease = 'lease-2'`);

  const stale: EventDelivery = { ...delivery!, origin: { kind: 'pending', lease: 'lease-1' } };
  recorder.settle(stale, anAttempt({ number: 1 }), { state: 'delivered' });
  recorder.settle({ ...stale }, anAttempt({ number: 2 }), { state: 'pending', dueInMs: 1 });
  await recorder.flushed();
  expect([await storage.count('delivery'), await storage.count('attempt')]).toEqual([0, 0]);
  expect(await storage.rows('select attempt, lease from dispatch.pending')).toEqual([{ attempt: 1, lease: 'lease-2' }]);

  const current: EventDelivery = { ...delivery!, origin: { kind: 'pending', lease: 'lease-2' } };
  recorder.settle(current, anAttempt(), { state: 'delivered' });
  await recorder.flushed();
  expect([await storage.count('delivery'), await storage.count('attempt')]).toEqual([1, 1]);
  expect(await storage.count('pending')).toBe(0);
});

test('a delivery may be parked and settled under its lease within one transaction', async () => {
  const { recorder } = storage.recorder();
  const { epoch } = await recorder.take(0);
  const [one, two] = matched(recorder, epoch, 1n, ['a', 'b']);
  recorder.park([one!, two!], 'mine');
  const leased = (delivery: EventDelivery): EventDelivery => ({
    ...delivery,
    origin: { kind: 'pending', lease: 'mine' },
  });
  recorder.settle(leased(one!), anAttempt(), { state: 'delivered' });
  recorder.settle(leased(two!), anAttempt({ status: 500 }), { state: 'pending', dueInMs: 5_000 });
  await recorder.flushed();

  expect(await storage.rows('select webhook_id, state from dispatch.delivery')).toEqual([
    { webhook_id: 'a', state: 'delivered' },
  ]);
  expect(await storage.rows('select webhook_id, attempt, lease from dispatch.pending')).toEqual([
    { webhook_id: 'b', attempt: 2, lease: null },
  ]);
  expect(await storage.position(0)).toBe(2n);
});

test('a delivery that is settled twice does not stand for another one of its record', async () => {
  const { recorder } = storage.recorder();
  const { epoch } = await recorder.take(0);
  const [one] = matched(recorder, epoch, 1n, ['a', 'b']);
  recorder.settle(one!, anAttempt(), { state: 'delivered' });
  recorder.settle(one!, anAttempt(), { state: 'delivered' });
  await recorder.flushed();
  expect(await storage.position(0)).toBe(1n);
});

test('a delivery that has ended is not made pending again', async () => {
  const { recorder } = storage.recorder();
  const { epoch } = await recorder.take(0);
  const [delivery] = matched(recorder, epoch, 1n, ['a']);
  recorder.settle(delivery!, anAttempt(), { state: 'delivered' });
  await recorder.flushed();
  recorder.park([delivery!], null);
  await recorder.flushed();
  expect([await storage.count('pending'), await storage.count('delivery')]).toEqual([0, 1]);
});

test('events fall into the day of their acceptance, whatever it is', async () => {
  const { recorder } = storage.recorder();
  const { epoch } = await recorder.take(0);
  recorder.event(epoch, anEvent({ id: 'a', position: 1n, acceptedAt: '2024-02-29T23:59:59.999Z' }), 0, 0);
  recorder.event(epoch, anEvent({ id: 'b', position: 2n, acceptedAt: '1969-12-31T00:00:00Z' }), 0, 0);
  recorder.event(epoch, anEvent({ id: 'c', position: 3n, acceptedAt: '2126-01-01T00:00:00Z' }), 0, 0);
  await recorder.flushed();
  expect(await storage.rows('select day::text, accepted_at from dispatch.event order by 1')).toEqual([
    { day: '1969-12-31', accepted_at: new Date('1969-12-31T00:00:00Z') },
    { day: '2024-02-29', accepted_at: new Date('2024-02-29T23:59:59.999Z') },
    { day: '2126-01-01', accepted_at: new Date('2126-01-01T00:00:00Z') },
  ]);
});

const recordAt = (partition: number, position: bigint) => ({
  partition,
  position,
  key: null,
  headers: {},
  value: null,
  appendedAt: new Date(),
});
