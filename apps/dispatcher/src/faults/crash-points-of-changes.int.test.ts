import { EVENTS_TOPIC } from '@sluice/contracts/topics';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { ChangingBase } from '../testing/changing-base.js';
import { DispatcherUnderTest } from '../testing/dispatcher-under-test.js';
import { after, before, DoomedDispatcher, type Step } from '../testing/doomed-dispatcher.js';

let sluice: DispatcherUnderTest;
let doomed: DoomedDispatcher | null = null;

beforeAll(async () => {
  sluice = await DispatcherUnderTest.create();
});
afterEach(async () => {
  await doomed?.close();
  doomed = null;
});
afterAll(() => sluice.close());

/** Does the work with a dispatcher that dies of this step. */
async function diesOf(step: Step, work: () => Promise<unknown>): Promise<void> {
  const dispatcher = await DoomedDispatcher.start(sluice, step);
  doomed = dispatcher;
  await work();
  await vi.waitFor(() => expect(dispatcher.isDead).toBe(true), { timeout: 20_000, interval: 50 });
}

/** Another dispatcher takes over, and does what is left to be done. */
async function another(work: () => Promise<unknown>): Promise<void> {
  await sluice.aMinutePasses();
  const successor = await sluice.start({ instance: 'dispatcher-2' });
  await settled();
  await work();
  await settled();
  await sluice.stop(successor);
}

const settled = () =>
  vi.waitFor(
    async () => {
      expect(await sluice.behind()).toBe(0n);
      expect(await sluice.rows('select webhook_id from dispatch.ping')).toEqual([]);
    },
    { timeout: 30_000, interval: 50 },
  );

test.each<[string, Step]>([
  ['before its base is looked up', before('dispatch-read-bases')],
  ['before its payloads are recorded', before('dispatch-insert-payloads')],
  ['after its payloads are recorded', after('dispatch-insert-payloads')],
  ['before the ping is claimed', before('dispatch-claim-pings')],
  ['after the ping is claimed', after('dispatch-claim-pings')],
  ['before the ping’s outcome is recorded', before('dispatch-end-pings')],
  ['after the ping’s outcome is recorded', after('dispatch-end-pings')],
])('a change that is published again after a dispatcher died has one payload and is told: %s', async (_, step) => {
  const base = new ChangingBase(sluice);
  const endpoint = sluice.receiver.url(`/${base.id}`);
  const webhook = base.webhook({ endpoint, notificationsEnabled: true });
  const publishBoth = async () => {
    for (const value of ['first', 'second']) await base.publish(value, {}, { id: `${base.id}-${value}` });
  };
  await diesOf(step, publishBoth);
  await publishBoth();
  await another(publishBoth);
  expect(await base.recorded(webhook.id)).toEqual([
    { number: 1, transaction: 1, value: 'first' },
    { number: 2, transaction: 2, value: 'second' },
  ]);
  expect(sluice.receiver.arrivals.filter(({ path }) => path === `/${base.id}`)).not.toEqual([]);
});

test.each<[string, Step]>([
  ['before', before('dispatch-insert-dead-letters')],
  ['after', after('dispatch-insert-dead-letters')],
])('a record that can’t be read is one dead letter, also if a dispatcher dies %s it is recorded', async (_, step) => {
  const value = Buffer.from(`unreadable ${step.when}`);
  const record = { key: Buffer.from('a key'), headers: { ce_id: 'no stamp' }, value };
  await diesOf(step, () => sluice.stream.publish(EVENTS_TOPIC, [record]));
  await another(async () => {});
  expect(await sluice.rows('select data from dispatch.dead_letter where data = $1', [value])).toHaveLength(1);
});
