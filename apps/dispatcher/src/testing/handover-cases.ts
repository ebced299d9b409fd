import type { EventStream } from '@sluice/event-stream/event-stream';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { DispatcherUnderTest } from './dispatcher-under-test.js';
import { FAILING, type Manner, QUICK, SLOW, TwicePublished } from './twice-published.js';

/** Under way for so long that it is surely parked, and that another dispatcher has taken over. */
const VERY_SLOW: Manner = { needs: 1, answer: () => ({ status: 200, delayMs: 4_000 }) };

const ROUNDS = 3;
const EVENTS = 60;

/**
 * What becomes of an event that is published again while and after its partition goes from one dispatcher to another, on
 * any stream.
 */
export function handoverCases(openStream?: (databaseUrl: string) => Promise<EventStream>): void {
  let sluice: DispatcherUnderTest;
  const published = new Map<string, TwicePublished>();
  let instances = 0;

  beforeAll(async () => {
    sluice = await DispatcherUnderTest.create(openStream);
    sluice.receiver.answer((arrival) => published.get(arrival.path)!.answer(arrival));
  });
  afterAll(() => sluice.close());

  const toBePublished = (manner: Manner): TwicePublished => {
    const events = new TwicePublished(sluice, manner);
    published.set(events.path, events);
    return events;
  };
  const start = () => sluice.start({ instance: `dispatcher-${++instances}` });
  const arrived = (events: TwicePublished) => sluice.receiver.waitFor(2, ({ path }) => path === events.path);
  const rows = (count: number, which: string) =>
    vi.waitFor(
      async () => expect(await sluice.rows(`select id from dispatch.pending where ${which}`)).toHaveLength(count),
      { timeout: 20_000, interval: 50 },
    );

  test.each<[string, Manner, (events: TwicePublished) => Promise<unknown>]>([
    ['under way', SLOW, arrived],
    ['parked, and under way', VERY_SLOW, () => rows(2, 'lease is not null')],
    ['recorded', QUICK, (events) => events.settled()],
    ['waiting for a retry', FAILING, () => rows(2, 'lease is null')],
  ])('the first delivery is %s', async (_, manner, isThere) => {
    const events = toBePublished(manner);
    const former = await start();
    await events.publish();
    await isThere(events);
    const stopped = sluice.stop(former);
    await events.publish();
    const next = await start();
    await events.publish();
    await stopped;
    await events.publish();
    await events.settled();
    await sluice.stop(next);
    await events.expectOnce();
  });

  test('many are published twice while dispatchers come and go', async () => {
    const events = toBePublished({ needs: 1, answer: () => ({ status: 200, delayMs: 60 }) });
    const publishAll = (round: number) =>
      Promise.all(
        Array.from({ length: EVENTS }, (_, number) =>
          sluice.publish({ id: `${events.type}-${round}-${number}`, type: events.type, subject: `${number}` }),
        ),
      );
    let newest = await start();
    for (let round = 0; round < ROUNDS; round += 1) {
      const publishing = publishAll(round);
      const former = newest;
      newest = await start();
      await publishing;
      const again = publishAll(round);
      await sluice.stop(former);
      await again;
      await publishAll(round);
    }
    await events.settled();
    await sluice.stop(newest);
    const ids = events.arrivals.map(({ headers }) => headers['webhook-id']);
    expect(ids).toHaveLength(ROUNDS * EVENTS);
    expect(new Set(ids).size).toBe(ROUNDS * EVENTS);
  });
}
