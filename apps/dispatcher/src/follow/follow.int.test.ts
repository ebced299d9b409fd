import { refused } from '@sluice/contracts/result';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { DispatcherUnderTest } from '../testing/dispatcher-under-test.js';

let sluice: DispatcherUnderTest;

beforeAll(async () => {
  sluice = await DispatcherUnderTest.create();
  await sluice.start();
});
afterAll(() => sluice.close());

type Question = Parameters<typeof sluice.service.commands.follow>[0];

async function ask(question: Partial<Question> = {}) {
  const asked = { credential: 'account-1', after: null, deliveries: true, waitMs: 5_000, ...question };
  const result = await sluice.service.commands.follow(asked);
  if (!result.ok) throw new Error(result.refusal.message);
  return result.value;
}

/** As many events as are wanted, asked for one answer after another. */
async function followed(count: number, question: Partial<Question> & { after: string }) {
  const events = [];
  let { after } = question;
  for (let asked = 0; events.length < count && asked < 50; asked += 1) {
    const answer = await ask({ ...question, after, waitMs: 1_000 });
    events.push(...answer.events);
    after = answer.cursor;
  }
  return { events, after };
}

test('who follows gets each delivery of the account from the cursor on, as it is sent, and goes on behind any of them', async () => {
  const headers = [{ name: 'x-static', value: 'secret' }];
  const one = sluice.webhook({ eventType: 'followed', headers });
  const other = sluice.webhook({ eventType: 'followed', filter: '{"n":2}' });
  sluice.webhook({ eventType: 'followed', accountId: 'account-2' });
  await sluice.publish({ type: 'followed', id: 'before' });
  const { events: none, cursor } = await ask();
  expect(none).toEqual([]);
  await sluice.publish({ type: 'followed', id: '1', data: '{ "n": 1e400 }' });
  await sluice.publish({ type: 'followed', id: '2', data: '{"n":2}' });
  await sluice.publish({ type: 'followed', id: 'foreign', accountId: 'account-2' });
  await sluice.publish({ type: 'unheard', id: 'unheard' });
  await sluice.publish({ type: 'followed', id: 'all', accountId: 'platform', audience: { to: 'all' } });
  const { events, after } = await followed(3, { after: cursor });
  const found = new Map(events.map((event) => [event.id, event]));
  expect([...found.keys()].sort()).toEqual(['1', '2', 'all']);
  expect(Buffer.from(found.get('1')!.data, 'base64').toString()).toBe('{ "n": 1e400 }');
  const [arrived] = await sluice.receiver.waitFor(1, ({ headers: sent }) => sent['ce-id'] === '1');
  expect(found.get('1')!.deliveries).toEqual([
    {
      deliveryId: arrived!.headers['webhook-id'],
      webhookId: one.id,
      endpoint: one.endpoint,
      headers: expect.any(Array),
    },
  ]);
  const shown = found.get('1')!.deliveries[0]!.headers;
  for (const { name, value } of shown) expect([name, value]).toEqual([name, arrived!.headers[name]]);
  expect(shown.map(({ name }) => name)).not.toContain('x-static');
  expect(
    found
      .get('2')!
      .deliveries.map(({ webhookId }) => webhookId)
      .sort(),
  ).toEqual([one.id, other.id].sort());
  expect(found.get('all')!.deliveries.map(({ webhookId }) => webhookId)).toEqual([one.id]);

  const behindFirst = await followed(2, { after: events[0]!.cursor });
  expect(behindFirst.events.map(({ id }) => id)).toEqual(events.slice(1).map(({ id }) => id));
  const ofOther = await followed(1, { after: cursor, webhookId: other.id });
  expect(ofOther.events).toMatchObject([{ id: '2', deliveries: [{ webhookId: other.id }] }]);
  expect((await ask({ after, waitMs: 0 })).events).toEqual([]);
});

test('events are followed whether a webhook gets them or not, and by their type', async () => {
  const { cursor } = await ask({ deliveries: false });
  await sluice.publish({ type: 'seen', id: 'seen' });
  await sluice.publish({ type: 'unseen', id: 'unseen' });
  await sluice.publish({ type: 'seen', id: 'foreign', accountId: 'account-2' });
  const { events } = await followed(2, { after: cursor, deliveries: false });
  expect(events.map(({ id }) => id).sort()).toEqual(['seen', 'unseen']);
  const ofType = await followed(1, { after: cursor, deliveries: false, eventType: 'seen' });
  expect(ofType.events).toMatchObject([{ id: 'seen', type: 'seen', deliveries: [] }]);
});

test('what comes while a question waits is not told when its credential was taken away meanwhile', async () => {
  const { cursor } = await ask({ deliveries: false });
  const asking = { credential: 'account-1', after: cursor, deliveries: false, waitMs: 10_000 };
  const waiting = sluice.service.commands.follow(asking);
  const gone = refused('unauthenticated', 'the API key was revoked');
  const authorize = vi.spyOn(sluice.feed, 'authorize').mockResolvedValue(gone);
  await sluice.publish({ type: 'too-late', id: 'too-late' });
  expect(await waiting).toEqual(gone);
  authorize.mockRestore();
});

test('what is no cursor is refused', async () => {
  for (const after of ['', 'x', '1.2_', '1.-2']) {
    const asked = { credential: 'account-1', after, deliveries: true, waitMs: 0 };
    expect(await sluice.service.commands.follow(asked)).toMatchObject({ refusal: { code: 'invalid', field: 'after' } });
  }
});

test('outcomes, states and jobs are told as changes, to their account alone', async () => {
  const { id } = sluice.webhook({ eventType: 'changing' });
  const changes = async (credential = 'account-1') => {
    const result = await sluice.service.commands.recentChanges({ credential, withinMs: 30_000 });
    if (!result.ok) throw new Error(result.refusal.message);
    return result.value;
  };
  const versions = async () => (await changes()).webhooks.filter((webhook) => webhook.id === id);
  await sluice.feed.update(id, { endpoint: sluice.receiver.url('/moved') });
  const before = (await versions()).length;
  await sluice.publish({ type: 'changing' });
  await expect.poll(async () => (await versions()).length, { timeout: 20_000 }).toBe(before + 1);
  await sluice.feed.update(id, { state: 'paused' });
  expect(await versions()).toHaveLength(before + 2);
  const request = {
    kind: 'resend',
    webhookIds: [id],
    states: ['exhausted' as const],
    since: new Date(0).toISOString(),
  } as const;
  await sluice.feed.update(id, { state: 'enabled' });
  const job = await sluice.service.commands.createJob({
    credential: 'account-1',
    request: { ...request, webhookIds: [id], states: ['exhausted'] },
  });
  if (!job.ok) throw new Error(job.refusal.message);
  expect((await changes()).jobs.map((each) => each.id)).toContain(job.value.id);
  const foreign = await changes('account-2');
  expect([foreign.webhooks.filter((webhook) => webhook.id === id), foreign.jobs]).toEqual([[], []]);
});
