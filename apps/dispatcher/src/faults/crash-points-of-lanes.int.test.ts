import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { DispatcherUnderTest } from '../testing/dispatcher-under-test.js';
import { after, before, DoomedDispatcher, type Step } from '../testing/doomed-dispatcher.js';
import { LaneLog } from '../testing/lane-log.js';

const SUBJECTS = ['a', 'b'];
const EVENTS = 4;
/** The first event of a subject is taken at its third attempt only: all behind it wait. */
const needs = (eventId: string): number => (eventId.endsWith('1') ? 3 : 1);

let sluice: DispatcherUnderTest;
let log: LaneLog;
let doomed: DoomedDispatcher | null = null;
let tested = 0;

beforeAll(async () => {
  sluice = await DispatcherUnderTest.create();
  log = new LaneLog(sluice.receiver, ({ eventId, nth }) => ({
    status: nth < needs(eventId) ? 500 : 200,
    delayMs: 5,
  }));
});
afterEach(async () => {
  await doomed?.close();
  doomed = null;
});
afterAll(() => sluice.close());

const hurriedUntil = (isTrue: () => unknown) =>
  vi.waitFor(
    async () => {
      await sluice.retriesAreDue();
      await isTrue();
    },
    { timeout: 30_000, interval: 50 },
  );

test.each<[string, Step]>([
  ['before the first deliveries stand in their lanes', before('dispatch-lock-lanes')],
  ['after the first deliveries stand in their lanes', after('dispatch-lock-lanes')],
  ['before the head of a lane is claimed', before('dispatch-claim')],
  ['after the head of a lane is claimed', after('dispatch-claim')],
  ['before those behind a claimed head are read', before('dispatch-rows-behind')],
  ['after those behind a claimed head are read', after('dispatch-rows-behind')],
  ['before a failed head goes back to its place', before('dispatch-postpone-leased')],
  ['after a failed head went back to its place', after('dispatch-postpone-leased')],
  ['before a lane goes on after its head', before('dispatch-delete-leased')],
  ['after a lane went on after its head', after('dispatch-delete-leased')],
])('each subject comes in its order and one at a time, although a dispatcher dies %s', async (_, step) => {
  const type = `type-${++tested}`;
  const { id } = sluice.webhook({ eventType: type, ordering: 'subject' });
  const dispatcher = await DoomedDispatcher.start(sluice, step);
  doomed = dispatcher;
  const ids = (subject: string) => Array.from({ length: EVENTS }, (_, at) => `${id}-${subject}${at + 1}`);
  for (const at of Array.from({ length: EVENTS }).keys()) {
    for (const subject of SUBJECTS) await sluice.publish({ type, subject, id: ids(subject)[at] });
  }
  await hurriedUntil(() => expect(dispatcher.isDead).toBe(true));
  await sluice.aMinutePasses();
  const successor = await sluice.start({ instance: 'dispatcher-2' });
  await hurriedUntil(async () => {
    expect(await sluice.behind()).toBe(0n);
    expect(await sluice.rows('select id from dispatch.pending')).toEqual([]);
  });
  await sluice.stop(successor);
  const delivered = "select id from dispatch.delivery where webhook_id = $1 and state = 'delivered'";
  expect(await sluice.rows(delivered, [id])).toHaveLength(SUBJECTS.length * EVENTS);
  expect(await sluice.rows('select webhook_id from dispatch.lane')).toEqual([]);
  for (const subject of SUBJECTS) {
    expect(log.firsts(id, subject)).toEqual(ids(subject));
    expect(log.overlaps(id, subject)).toEqual([]);
    const attempts = log.attempts(id, subject);
    const oftener = ids(subject).filter((each) => attempts.filter((other) => other === each).length > needs(each) + 1);
    expect(oftener).toEqual([]);
  }
});
