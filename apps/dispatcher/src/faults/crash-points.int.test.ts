import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { DispatcherUnderTest } from '../testing/dispatcher-under-test.js';
import { after, before, DoomedDispatcher, isOf, type Step } from '../testing/doomed-dispatcher.js';
import { FAILING, type Manner, QUICK, SLOW, SLOW_AT_FIRST, TwicePublished } from '../testing/twice-published.js';

let sluice: DispatcherUnderTest;
const published = new Map<string, TwicePublished>();
const doomed = new Set<DoomedDispatcher>();

beforeAll(async () => {
  sluice = await DispatcherUnderTest.create();
  sluice.receiver.answer((arrival) => published.get(arrival.path)!.answer(arrival));
});
afterEach(async () => {
  await Promise.all([...doomed].map((dispatcher) => dispatcher.close()));
  doomed.clear();
});
afterAll(() => sluice.close());

function toBePublished(manner: Manner): TwicePublished {
  const events = new TwicePublished(sluice, manner);
  published.set(events.path, events);
  return events;
}

async function start(step: Step | null): Promise<DoomedDispatcher> {
  const dispatcher = await DoomedDispatcher.start(sluice, step);
  doomed.add(dispatcher);
  return dispatcher;
}

/** Resolves when the dispatcher has died. Retries come at once meanwhile. */
const death = (dispatcher: DoomedDispatcher) =>
  vi.waitFor(
    async () => {
      await sluice.retriesAreDue();
      expect(dispatcher.isDead).toBe(true);
    },
    { timeout: 20_000, interval: 50 },
  );

/** Publishes everything again, lets another dispatcher take over, publishes once more, and counts. */
async function expectOnceAfterDeath(events: TwicePublished): Promise<void> {
  await events.publish();
  await sluice.aMinutePasses();
  await events.everybodyDied();
  const successor = await sluice.start({ instance: 'dispatcher-2' });
  await events.settled();
  await events.publish();
  await events.settled();
  await sluice.stop(successor);
  await events.expectOnce();
}

const ON_THE_WAY: [string, Manner, Step][] = [
  ['before an event is looked up among the known ones', QUICK, before('dispatch-recorded-elsewhere')],
  ['before the outcome is recorded', QUICK, before('dispatch-insert-deliveries')],
  ['after COMMIT of the outcome, before its answer', QUICK, after('dispatch-insert-deliveries')],
  ['after the position moved, before the stream is told', QUICK, before('update stream.progress')],
  ['before the event is recorded, its attempt under way', SLOW, before('dispatch-insert-events')],
  ['after the event is recorded, its attempt under way', SLOW, after('dispatch-insert-events')],
  [
    'after a later event’s outcome, while an earlier one is under way',
    SLOW_AT_FIRST,
    after('dispatch-insert-deliveries'),
  ],
  ['before an attempt under way is parked', SLOW, before('dispatch-insert-pending')],
  ['after it is parked and the position moved', SLOW, after('dispatch-insert-pending')],
  ['before the outcome of a parked attempt is recorded', SLOW, before('dispatch-delete-leased')],
  ['after the outcome of a parked attempt is recorded', SLOW, after('dispatch-delete-leased')],
  ['before a retry is recorded', FAILING, before('dispatch-insert-pending')],
  ['after a retry is recorded', FAILING, after('dispatch-insert-pending')],
  ['before a retry is claimed', FAILING, before('dispatch-claim')],
  ['after a retry is claimed, before the answer', FAILING, after('dispatch-claim')],
  ['before the event of a claimed retry is loaded', FAILING, before('dispatch-load-bodies')],
  ['before another retry is recorded', FAILING, before('dispatch-postpone-leased')],
  ['after another retry is recorded', FAILING, after('dispatch-postpone-leased')],
  ['before the outcome of a retry is recorded', FAILING, before('dispatch-delete-leased')],
  ['after the outcome of a retry is recorded', FAILING, after('dispatch-delete-leased')],
];

const TAKING_OVER: [string, Step][] = [
  ['before rows of its former life are released', before('update dispatch.pending set lease = null')],
  ['after rows of its former life are released', after('update dispatch.pending set lease = null')],
  ['before a partition falls to it', before('insert into stream.assignment')],
  ['before it takes a partition', before('insert into dispatch.partition')],
  ['after it took a partition, before the answer', after('insert into dispatch.partition')],
  ['before it knows what the former owner recorded', before('select id from dispatch.delivery')],
];

const GIVING_UP: [string, Step][] = [
  ['before what is under way is parked', before('dispatch-insert-pending')],
  ['after what is under way is parked', after('dispatch-insert-pending')],
  ['before it gives a partition up', before('update dispatch.partition set epoch')],
  ['after it gave a partition up', after('update dispatch.partition set epoch')],
  ['before the stream is told that it gave a partition up', before('delete from stream.assignment')],
  ['before the outcome of what was under way is recorded', before('dispatch-delete-leased')],
];

describe('an event that is published again after a dispatcher died is delivered once', () => {
  test.each(ON_THE_WAY)('%s', async (_, manner, step) => {
    const events = toBePublished(manner);
    const dispatcher = await start(step);
    await events.publish();
    await death(dispatcher);
    await expectOnceAfterDeath(events);
  });

  test('after an attempt was sent, before its answer', async () => {
    const events = toBePublished(QUICK);
    const dispatcher = await start(null);
    events.onArrival(() => void dispatcher.kill());
    events.hangs = true;
    await events.publish();
    await death(dispatcher);
    events.hangs = false;
    await expectOnceAfterDeath(events);
  });

  test.each(TAKING_OVER)('while it takes over: %s', async (_, step) => {
    const events = toBePublished(QUICK);
    events.hangs = true;
    const former = await start(null);
    events.onArrival((arrivals) => arrivals === 2 && void former.kill());
    await events.publish(events.ids.slice(0, 1));
    await vi.waitFor(async () => {
      const parked = await sluice.rows('select id from dispatch.pending where lease is not null');
      expect(parked).toHaveLength(1);
    }, 10_000);
    await events.publish(events.ids.slice(1));
    await death(former);
    events.hangs = false;
    await death(await start(step));
    await expectOnceAfterDeath(events);
  });

  test.each(GIVING_UP)('while it gives up: %s', async (_, step) => {
    const events = toBePublished(SLOW);
    const dispatcher = await start(step);
    events.onArrival((arrivals) => arrivals === 2 && void dispatcher.terminate());
    await events.publish();
    await death(dispatcher);
    await expectOnceAfterDeath(events);
  });
});

test('there is no other step that changes what is known of events and deliveries', async () => {
  const all = [QUICK, FAILING, SLOW].map(toBePublished);
  const dispatcher = await start(null);
  for (const events of all) await events.publish();
  for (const events of all) await events.settled();
  const last = toBePublished(SLOW);
  await last.publish();
  await sluice.receiver.waitFor(2, ({ path }) => path === last.path);
  await dispatcher.terminate();
  const steps = [...ON_THE_WAY, ...TAKING_OVER, ...GIVING_UP].map((row) => row.at(-1) as Step);
  const changes = /(insert into|update|delete from) dispatch\.(event|event_body|delivery|attempt|pending|partition)\b/;
  const isChange = (name: string) => changes.test(dispatcher.texts.get(name) ?? '');
  const untested = dispatcher.done.filter((done) => done.some(isChange) && !steps.some((step) => isOf(step, done)));
  expect(untested).toEqual([]);
});
