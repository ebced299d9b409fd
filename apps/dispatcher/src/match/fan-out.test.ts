import { expect, test, vi } from 'vitest';
import type { Delivery, EventDelivery, IdentifiedEvent } from '../model/delivery.js';
import { OpenPartition } from '../partitions/open-partition.js';
import { anEvent, aWebhook } from '../testing/samples.js';
import { Conditions } from '../waiting/conditions.js';
import { TimeSlices } from '../waiting/time-slices.js';
import { IndexedWebhook } from '../webhooks/indexed-webhook.js';
import { FanOut } from './fan-out.js';

const webhooks = Array.from({ length: 2_200 }, (_, each) => new IndexedWebhook(aWebhook({ id: `webhook-${each}` })));
const wide = (position: bigint): IdentifiedEvent => anEvent({ id: `event-${position}`, position });

/** A recorder that writes when it is told to, and keeps count. */
class Written {
  readonly events: IdentifiedEvent[] = [];
  readonly parked: EventDelivery[] = [];
  mostUnwritten = 0;
  #unwritten = 0;
  #waiting: (() => void)[] = [];

  event(_epoch: bigint, event: IdentifiedEvent): void {
    this.events.push(event);
  }
  park(deliveries: readonly Delivery[]): void {
    this.parked.push(...deliveries.filter((delivery) => delivery.kind === 'event'));
    this.#unwritten += deliveries.length;
    this.mostUnwritten = Math.max(this.mostUnwritten, this.#unwritten);
  }
  flushed(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
  write(): void {
    this.#unwritten = 0;
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}

function expanding(
  most?: { matches: number; events: number },
  putOff: (delivery: EventDelivery) => boolean = () => false,
) {
  const recording = new Written();
  const conditions = new Conditions();
  const partition = new OpenPartition({ partition: 0, epoch: 1n, position: null, known: new Set() });
  const parts = { recording, conditions, putOff, slices: new TimeSlices(), written: () => conditions.changed() };
  const fanOut = new FanOut(most === undefined ? parts : { ...parts, most });
  const all = (count: number) =>
    vi.waitFor(
      () => {
        recording.write();
        expect(recording.parked).toHaveLength(count);
      },
      { timeout: 10_000, interval: 1 },
    );
  return { recording, conditions, partition, fanOut, all };
}

test('many events with very many matches are all taken at once, and give the recorder one chunk at a time', async () => {
  const { recording, partition, fanOut, all } = expanding();
  for (let position = 1n; position <= 6n; position += 1n)
    await fanOut.begin(partition, wide(position), { webhooks, change: null });
  expect(recording.events).toHaveLength(6);
  await all(6 * webhooks.length);
  expect(recording.mostUnwritten).toBe(500);
  expect(new Set(recording.parked.map(({ id }) => id)).size).toBe(6 * webhooks.length);
});

test('the expansions take turns', async () => {
  const { recording, partition, fanOut, all } = expanding();
  for (let position = 1n; position <= 2n; position += 1n)
    await fanOut.begin(partition, wide(position), { webhooks, change: null });
  await all(2 * webhooks.length);
  expect(recording.parked.slice(0, 1_000).map(({ event }) => event.position)).toContain(2n);
});

test('with too much to expand a further one waits for room', async () => {
  const { recording, partition, fanOut, all } = expanding({ matches: 4_000, events: 10 });
  await fanOut.begin(partition, wide(1n), { webhooks, change: null });
  await fanOut.begin(partition, wide(2n), { webhooks, change: null });
  const third = fanOut.begin(partition, wide(3n), { webhooks, change: null });
  expect(recording.events).toHaveLength(2);
  await all(3 * webhooks.length);
  await third;
});

test('an event waits for an earlier one of its subject that is being expanded for ordered webhooks, and for no other', async () => {
  const { partition, fanOut, all } = expanding();
  const ordered = [...webhooks, new IndexedWebhook(aWebhook({ id: 'ordered', ordering: 'subject' }))];
  const inLane = (subject: string, position: bigint) => anEvent({ id: `event-${position}`, position, subject });
  await fanOut.begin(partition, inLane('a', 1n), { webhooks: ordered, change: null });
  await fanOut.begin(partition, inLane('b', 2n), { webhooks, change: null });
  expect(fanOut.before(inLane('b', 3n))).toBeNull();
  expect(fanOut.before(wide(4n))).toBeNull();
  const waiting = fanOut.before(inLane('a', 5n));
  expect(waiting).not.toBeNull();
  await all(ordered.length + webhooks.length);
  await waiting;
  await vi.waitFor(() => expect(fanOut.before(inLane('a', 5n))).toBeNull());
});

test('a partition that is closed is let go of: no more of it is expanded, and nothing waits for it', async () => {
  const { recording, conditions, partition, fanOut } = expanding({ matches: 1, events: 1 });
  await fanOut.begin(partition, wide(1n), { webhooks, change: null });
  const second = fanOut.begin(partition, wide(2n), { webhooks, change: null });
  partition.close();
  conditions.changed();
  await second;
  await vi.waitFor(async () => {
    recording.write();
    await Promise.race([partition.idle(), Promise.reject(new Error('it is still worked on'))]);
  });
  expect(recording.events).toHaveLength(1);
  expect(recording.parked.length).toBeLessThanOrEqual(500);
});

test('what waits before its first attempt is not parked as due', async () => {
  const isPutOff = ({ webhookId }: EventDelivery) => webhookId.endsWith('7');
  const { recording, partition, fanOut, all } = expanding(undefined, isPutOff);
  await fanOut.begin(partition, wide(1n), { webhooks, change: null });
  await all(0.9 * webhooks.length);
  expect(recording.parked.some(isPutOff)).toBe(false);
});
