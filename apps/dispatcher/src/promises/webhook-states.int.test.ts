import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { DispatcherUnderTest, type Running } from '../testing/dispatcher-under-test.js';

let sluice: DispatcherUnderTest;
let running: Running;
/** Paths whose endpoint fails. */
const failing = new Set<string>();
/** One attempt at a time for each webhook: what goes out first arrives first. */
const limits = { atOnce: 1 };

beforeAll(async () => {
  sluice = await DispatcherUnderTest.create();
  sluice.receiver.answer(({ path }) => ({ status: failing.has(path) ? 500 : 200 }));
  running = await sluice.start({ limits });
});
afterAll(() => sluice.close());

const soon = <T>(check: () => Promise<T> | T) => vi.waitFor(check, { timeout: 20_000, interval: 50 });
const settled = () => soon(async () => expect(await sluice.behind()).toBe(0n));
const arrivedAt = (id: string) =>
  sluice.receiver.arrivals.filter(({ path }) => path === `/${id}`).map(({ headers }) => headers['ce-id']);
const pendingOf = (id: string) =>
  sluice.rows<{ attempt: number; due_in: number; lease: string | null }>(
    `select attempt, lease, extract(epoch from due_at - now())::float8 - $2 / 1000.0 as due_in
     from dispatch.pending where webhook_id = $1`,
    [id, sluice.clock.shiftMs],
  );
const endsOf = (id: string) =>
  sluice.rows<{ state: string; reason: string | null }>(
    'select state, reason from dispatch.delivery where webhook_id = $1 order by ended_at',
    [id],
  );

/** Something that comes to another webhook after whatever else was claimable: claims have been made since. */
async function claimsMade(): Promise<void> {
  const other = sluice.webhook({ eventType: 'other', retrySchedule: [0.05] });
  await sluice.publish({ type: 'other' });
  await sluice.receiver.waitFor(1, ({ path }) => path === `/${other.id}`);
}

/** An endpoint whose connections are not made until it lets them. */
async function slowToConnect() {
  const server = `
    require('node:http').createServer((request, response) => { console.log(request.url); response.end(); })
      .listen({ port: 0, host: '127.0.0.1', backlog: 1 }, function () { console.log(this.address().port); })`;
  const child = spawn(process.execPath, ['-e', server], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  let printed = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    printed += text;
  });
  await soon(() => expect(printed).toMatch(/^\d+\n$/));
  const port = Number(printed);
  printed = '';
  child.kill('SIGSTOP');
  // A process that stands still accepts nothing, and only a few connections wait for it.
  const waiting: Socket[] = [];
  for (let connected = true; connected; ) {
    const socket = connect(port, '127.0.0.1').on('error', () => {});
    waiting.push(socket);
    connected = await Promise.race([once(socket, 'connect').then(() => true), sleep(500, false)]);
  }
  return {
    url: `http://127.0.0.1:${port}/former`,
    letConnect: () => child.kill('SIGCONT'),
    /** Answers the paths that it was asked for. */
    stop: async () => {
      for (const socket of waiting) socket.destroy();
      child.kill('SIGKILL');
      await once(child, 'close');
      return printed;
    },
  };
}

describe('a paused webhook', () => {
  test('gets nothing, and keeps everything over a restart; resumed, it gets all of it, the oldest first', async () => {
    const type = 'kept';
    const webhook = sluice.webhook({ eventType: type });
    await sluice.feed.update(webhook.id, { state: 'paused' });
    const published: string[] = [];
    const publish = async (count: number) => {
      for (let n = 0; n < count; n += 1) {
        sluice.clock.advance(10);
        published.push(await sluice.publish({ type }));
      }
    };
    await publish(8);
    await settled();
    await sluice.stop(running);
    running = await sluice.start({ limits });
    await publish(8);
    await settled();
    await claimsMade();
    expect(await pendingOf(webhook.id)).toEqual(Array(16).fill(expect.objectContaining({ attempt: 1, lease: null })));
    expect(arrivedAt(webhook.id)).toEqual([]);

    await sluice.feed.update(webhook.id, { state: 'enabled' });
    await soon(async () => expect(await endsOf(webhook.id)).toHaveLength(16));
    expect(arrivedAt(webhook.id)).toEqual(published);
    expect(new Set((await endsOf(webhook.id)).map(({ state }) => state))).toEqual(new Set(['delivered']));
  });

  test('keeps its retries as well, and makes none of them', async () => {
    const type = 'kept.retry';
    const webhook = sluice.webhook({ eventType: type, retrySchedule: [0, 2, 2] });
    failing.add(`/${webhook.id}`);
    await sluice.publish({ type });
    await soon(async () => expect(await pendingOf(webhook.id)).toMatchObject([{ attempt: 2, lease: null }]));
    await sluice.feed.update(webhook.id, { state: 'paused' });
    sluice.clock.advance(60_000);
    await claimsMade();
    expect(await pendingOf(webhook.id)).toMatchObject([{ attempt: 2, lease: null }]);
    expect(arrivedAt(webhook.id)).toHaveLength(1);
    failing.clear();
    await sluice.feed.update(webhook.id, { state: 'enabled' });
    await soon(async () => expect(await endsOf(webhook.id)).toMatchObject([{ state: 'delivered' }]));
  });
});

describe('a webhook that moves', () => {
  test('is sent nothing at its former endpoint once that is answered, not even what was connecting there', async () => {
    const former = await slowToConnect();
    const webhook = sluice.webhook({ eventType: 'moved', endpoint: former.url });
    const id = await sluice.publish({ type: 'moved' });
    // Under way, and not connected.
    await soon(async () => expect(await pendingOf(webhook.id)).toMatchObject([{ lease: expect.any(String) }]));
    await sluice.feed.update(webhook.id, { endpoint: sluice.receiver.url(`/${webhook.id}`) });
    former.letConnect();
    await soon(() => expect(arrivedAt(webhook.id)).toEqual([id]));
    expect(await former.stop()).toBe('');
  });
});

describe('a webhook that was disabled', () => {
  test('begins anew when it is enabled: what was pending is cancelled, be it due much later, and what comes is delivered', async () => {
    const type = 'anew';
    const webhook = sluice.webhook({ eventType: type });
    failing.add(`/${webhook.id}`);
    await sluice.publish({ type, id: 'anew-1' });
    await soon(async () => expect(await pendingOf(webhook.id)).toMatchObject([{ attempt: 2, lease: null }]));
    const enabledAt = async () => {
      const [row] = await sluice.rows<{ now: Date }>(
        // The clock of the registry's database lags.
        "select clock_timestamp() + ($1::float8 - 60000) * interval '1 millisecond' as now",
        [sluice.clock.shiftMs],
      );
      return row!.now.toISOString();
    };
    await sluice.feed.update(webhook.id, { state: 'disabled' });
    await sluice.publish({ type, id: 'anew-2' });
    failing.clear();
    const enabledRevision = sluice.feed.revision + 1;
    await sluice.feed.update(webhook.id, { state: 'enabled', enabledAt: await enabledAt(), enabledRevision });
    await sluice.publish({ type, id: 'anew-3' });
    await soon(() => expect(arrivedAt(webhook.id)).toEqual(['anew-1', 'anew-3']));
    sluice.clock.advance(10_000);
    await soon(async () =>
      expect(await endsOf(webhook.id)).toMatchObject([
        { state: 'delivered' },
        { state: 'cancelled', reason: 'the webhook was disabled' },
      ]),
    );
    expect(await pendingOf(webhook.id)).toEqual([]);
    expect(arrivedAt(webhook.id)).toEqual(['anew-1', 'anew-3']);
  });

  test('does not get what was accepted while it was, also when that is matched only later', async () => {
    const type = 'late';
    const webhook = sluice.webhook({ eventType: type, state: 'disabled' });
    sluice.feed.away = true;
    await sluice.publish({ type, id: 'late-1' });
    sluice.feed.put({ ...webhook, state: 'enabled', enabledRevision: sluice.feed.revision + 1 });
    await sluice.publish({ type, id: 'late-2' });
    sluice.feed.away = false;
    await soon(() => expect(arrivedAt(webhook.id)).toContain('late-2'));
    await settled();
    expect(arrivedAt(webhook.id)).toEqual(['late-2']);
  });
});

describe("a webhook's own retry schedule", () => {
  test('is gone by, as it is when an attempt fails, and then the delivery is exhausted', async () => {
    const type = 'own.schedule';
    const webhook = sluice.webhook({ eventType: type, retrySchedule: [0, 100, 200] });
    failing.add(`/${webhook.id}`);
    await sluice.publish({ type });
    await soon(async () => expect(await pendingOf(webhook.id)).toMatchObject([{ attempt: 2, lease: null }]));
    const [first] = await pendingOf(webhook.id);
    expect(first!.due_in).toBeGreaterThan(75);
    expect(first!.due_in).toBeLessThan(121);

    await sluice.feed.update(webhook.id, { retrySchedule: [0, 0, 5_000] });
    sluice.clock.advance(125_000);
    await soon(async () => expect(await pendingOf(webhook.id)).toMatchObject([{ attempt: 3, lease: null }]));
    const [second] = await pendingOf(webhook.id);
    expect(second!.due_in).toBeGreaterThan(3_950);

    sluice.clock.advance(6_005_000);
    await soon(async () =>
      expect(await endsOf(webhook.id)).toMatchObject([{ state: 'exhausted', reason: '3 attempts failed' }]),
    );
    failing.clear();
  });

  test('may begin with a wait: nothing is sent until it is over', async () => {
    const type = 'first.wait';
    const webhook = sluice.webhook({ eventType: type, retrySchedule: [100, 0] });
    await sluice.publish({ type });
    await soon(async () => expect(await pendingOf(webhook.id)).toMatchObject([{ attempt: 1, lease: null }]));
    expect((await pendingOf(webhook.id))[0]!.due_in).toBeGreaterThan(75);
    await settled();
    await claimsMade();
    expect(arrivedAt(webhook.id)).toEqual([]);
    sluice.clock.advance(125_000);
    await soon(async () => expect(await endsOf(webhook.id)).toMatchObject([{ state: 'delivered' }]));
    const attempts = await sluice.rows(
      'select number from dispatch.attempt a join dispatch.delivery d on d.id = a.delivery_id where d.webhook_id = $1',
      [webhook.id],
    );
    expect(attempts).toEqual([{ number: 1 }]);
  });
});
