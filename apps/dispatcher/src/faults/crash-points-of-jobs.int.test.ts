import type { JobRequest } from '@sluice/contracts/job-commands';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { insertJob, readJob } from '../jobs/job-rows.js';
import { DispatcherUnderTest } from '../testing/dispatcher-under-test.js';
import { after, before, DoomedDispatcher, type Step } from '../testing/doomed-dispatcher.js';

const EVENTS = 6;
/** Three events are a step. */
const RATE = 6;
const SINCE = '2026-01-01T00:00:00Z';

let sluice: DispatcherUnderTest;
let doomed: DoomedDispatcher | null = null;
let made = 0;
/** Paths of endpoints that fail. */
const failing = new Set<string>();

beforeAll(async () => {
  sluice = await DispatcherUnderTest.create();
  sluice.receiver.answer(({ path }) => ({ status: failing.has(path) ? 500 : 200 }));
});
afterEach(async () => {
  await doomed?.close();
  doomed = null;
});
afterAll(() => sluice.close());

const until = (isTrue: () => Promise<void>) => vi.waitFor(isTrue, { timeout: 30_000, interval: 50 });

/** The one webhook of an account, and its deliveries, which it has got, and which are exhausted as far as anybody knows. */
async function exhausted(): Promise<{ id: string; ids: string[] }> {
  const id = `webhook-${++made}`;
  sluice.webhook({ id, accountId: id });
  const dispatcher = await sluice.start();
  for (const _ of Array.from({ length: EVENTS })) await sluice.publish({ accountId: id });
  const rows = () => sluice.rows<{ id: string }>('select id from dispatch.delivery where webhook_id = $1', [id]);
  await until(async () => expect(await rows()).toHaveLength(EVENTS));
  await sluice.stop(dispatcher);
  await sluice.rows("update dispatch.delivery set state = 'exhausted' where webhook_id = $1", [id]);
  return { id, ids: (await rows()).map((row) => row.id).sort() };
}

/** The one webhook of an account, and its deliveries, which failed and wait an hour for the next attempt. */
async function waiting(): Promise<{ id: string; ids: string[] }> {
  const id = `webhook-${++made}`;
  sluice.webhook({ id, accountId: id });
  failing.add(`/${id}`);
  const dispatcher = await sluice.start();
  for (const _ of Array.from({ length: EVENTS })) await sluice.publish({ accountId: id });
  const rows = () => sluice.rows<{ id: string }>('select id from dispatch.pending where webhook_id = $1', [id]);
  await until(async () => {
    expect(await rows()).toHaveLength(EVENTS);
    expect(await sluice.behind()).toBe(0n);
  });
  await sluice.stop(dispatcher);
  failing.delete(`/${id}`);
  await sluice.rows("update dispatch.pending set due_at = now() + interval '1 hour' where webhook_id = $1", [id]);
  return { id, ids: (await rows()).map((row) => row.id).sort() };
}

/** Lets a dispatcher die at the step of the job, and another one do what is left. Answers the ids that arrive from then on. */
async function doneAfterDeath(webhookId: string, request: JobRequest, step: Step): Promise<string[]> {
  const arrivals = () => sluice.receiver.arrivals.filter(({ path }) => path === `/${webhookId}`);
  const before = arrivals().length;
  const job = {
    id: `job_${made}`,
    accountId: webhookId,
    rate: RATE,
    webhookIds: [webhookId],
    total: EVENTS,
    askedBy: 'key',
  };
  await insertJob(sluice.pool, { ...job, request }, 0);
  const dispatcher = await DoomedDispatcher.start(sluice, step);
  doomed = dispatcher;
  await until(async () => expect(dispatcher.isDead).toBe(true));
  await sluice.aMinutePasses();
  const successor = await sluice.start({ instance: 'dispatcher-2' });
  await until(async () => {
    expect(await readJob(sluice.pool, webhookId, job.id)).toMatchObject({
      state: 'done',
      inserted: EVENTS,
    });
    expect(await sluice.rows('select id from dispatch.pending')).toEqual([]);
  });
  await sluice.stop(successor);
  return arrivals()
    .slice(before)
    .map(({ headers }) => String(headers['webhook-id']))
    .sort();
}

describe.each<[string, Step]>([
  ['before a job is claimed', before('dispatch-claim-job')],
  ['after a job is claimed', after('dispatch-claim-job')],
  ['before a step of a job is written', before('dispatch-end-job-step')],
  ['after a step of a job is written', after('dispatch-end-job-step')],
])('although a dispatcher dies %s', (_, step) => {
  test('what is sent again is sent once', async () => {
    const { id, ids } = await exhausted();
    const request: JobRequest = { kind: 'resend', webhookIds: [id], states: ['exhausted'], since: SINCE };
    expect(await doneAfterDeath(id, request, step)).toEqual(ids);
  });

  test('what waits is tried once', async () => {
    const { id, ids } = await waiting();
    expect(await doneAfterDeath(id, { kind: 'try_now', webhookIds: [id] }, step)).toEqual(ids);
  });

  test('what is replayed as itself is sent once', async () => {
    const { id, ids } = await exhausted();
    const request: JobRequest = { kind: 'replay', webhookIds: [id], from: SINCE, to: null, as: 'itself' };
    expect(await doneAfterDeath(id, request, step)).toEqual(ids);
  });

  test('what is replayed as new has one new id for each event', async () => {
    const { id, ids } = await exhausted();
    const request: JobRequest = { kind: 'replay', webhookIds: [id], from: SINCE, to: null, as: 'new' };
    const arrived = await doneAfterDeath(id, request, step);
    expect(new Set(arrived).size).toBe(EVENTS);
    expect(arrived).toHaveLength(EVENTS);
    expect(ids.filter((each) => arrived.includes(each))).toEqual([]);
  });
});
