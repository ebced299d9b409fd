import { join } from 'node:path';
import { ownPort } from '@sluice/testing/own-port';
import { type Receiver, startReceiver } from '@sluice/testing/receiver';
import { eventually } from '@sluice/testing/stack/built-process';
import { Standalone } from '@sluice/testing/stack/standalone';
import { Webhook } from 'standardwebhooks';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { CommandLine, interrupt, type Running } from './src/command-line.js';
import { ForgetfulLine } from './src/forgetful-line.js';
import { RunByNpm } from './src/run-by-npm.js';

const TYPE = 'follow.created';
const DATA = {
  ...{ id: '1', dappName: 'farcaster', dappSlug: 'farcaster_v2_optimism', eventTimestamp: '2024-06-06T09:21:37Z' },
  ...{ followerProfileId: '3761', followingProfileId: '2602', followerSince: '2024-06-06T09:21:35Z' },
};

let sluice: Standalone;
let receiver: Receiver;
let line: CommandLine;

beforeAll(async () => {
  [sluice, receiver] = await Promise.all([Standalone.start(), startReceiver()]);
  line = new CommandLine(sluice.directory);
});
afterEach(() => line?.end());
afterAll(async () => {
  await sluice?.remove();
  await receiver?.close();
});

const publish = (id: string) => sluice.client.publish({ id, source: '/listen', type: TYPE, data: DATA });
const told = (running: Running, text: string, timeoutMs = 60_000) =>
  eventually(`${text} told`, async () => running.out.includes(text) || running.err.includes(text), timeoutMs);

/** Begins, and waits until it says that it follows: what comes from then on is told. */
async function follow(...args: string[]): Promise<Running> {
  const running = line.start(args);
  await told(running, 'Ctrl-C ends it');
  return running;
}

const verified = (secret: string, { body, headers }: Receiver['arrivals'][number]) =>
  new Webhook(secret).verify(body, headers as Record<string, string>);

describe('sluice listen', () => {
  it('sends each delivery on, signed so that the published library verifies it, and ends with 130 at Ctrl-C', async () => {
    const webhook = await sluice.client.subscribe(receiver.url('/endpoint'), TYPE);
    const listening = await follow('listen', '--forward-to', receiver.url('/local'), '--webhook', webhook.webhook_id);
    await publish('signed');
    const [arrival] = await receiver.waitFor(1, ({ path }) => path === '/local');
    expect(verified(webhook.signing_secret, arrival!)).toMatchObject(DATA);
    expect(arrival!.headers).toMatchObject({ 'ce-source': '/listen', 'content-type': 'application/json' });
    await told(listening, '→ 200 in ');
    expect(listening.out).toMatch(/follow\.created {2}signed {2}webhook \w+ {2}msg_\S+ {2}→ 200 in \d+ ms/);
    expect(await interrupt(listening)).toMatchObject({ code: 130, err: expect.stringMatching(/^Listening.*\n$/) });
  });

  it('goes on with the new secret after it was rotated, and when a webhook is deleted', async () => {
    const { webhook_id: id } = await sluice.client.subscribe(receiver.url('/rotated-endpoint'), TYPE);
    const listening = await follow('listen', '--forward-to', receiver.url('/rotated'), '--event-type', TYPE);
    await publish('before');
    await told(listening, '  before  ');
    const secret = await line.json<{ signing_secret: string }>('webhooks', 'rotate-secret', id, '--keep-previous', '0');
    await publish('after');
    await eventually('the delivery', async () =>
      receiver.arrivals.some((arrival) => {
        if (arrival.path !== '/rotated' || arrival.headers['ce-id'] !== 'after') return false;
        try {
          return verified(secret.signing_secret, arrival);
        } catch {
          return false;
        }
      }),
    );
    await sluice.client.unsubscribe(id);
    await sluice.client.subscribe(receiver.url('/next-endpoint'), TYPE);
    await publish('of the next');
    await told(listening, '  of the next  ');
  });

  it('tells nothing twice after a cut, and nothing less', async () => {
    const { webhook_id: id } = await sluice.client.subscribe(receiver.url('/cut-endpoint'), TYPE);
    const way = await ForgetfulLine.to(sluice.baseUrl);
    try {
      const listening = await follow('listen', '--webhook', id, '--json', '--url', way.url);
      await publish('cut-1');
      await publish('cut-2');
      await told(listening, '"cut-2"');
      way.cut();
      await publish('cut-3');
      await told(listening, '"cut-3"');
      const ids = listening.out
        .trim()
        .split('\n')
        .map((text) => (JSON.parse(text) as { event: { id: string } }).event.id);
      // Events with different keys come in any order.
      expect(ids.sort()).toEqual(['cut-1', 'cut-2', 'cut-3']);
      expect(listening.err).toMatch(/The stream was cut \(.+\); trying again in 1 s\.\nConnected again\.\n/);
    } finally {
      await line.end();
      await way.close();
    }
  });

  it('connects again and again, ever later, to a Sluice that is away, and misses nothing even if nothing had come before', async () => {
    const { webhook_id: id } = await sluice.client.subscribe(receiver.url('/away-endpoint'), TYPE);
    const listening = await follow('listen', '--webhook', id);
    await line.json('event-types', 'put', 'till.rung');
    const idle = await follow('events', 'tail', '--event-type', 'till.rung');
    await publish('seen');
    await told(listening, '  seen  ');
    await sluice.process.end('SIGKILL');
    await told(listening, 'nothing listens there');
    await told(listening, 'trying again in 4 s');
    await sluice.launch();
    await publish('while cut');
    await sluice.client.publish({ id: 'the first', source: '/listen', type: 'till.rung', data: {} });
    await Promise.all([told(listening, '  while cut  '), told(idle, '  the first  ')]);
    expect(listening.out.match(/ {2}seen {2}/g)).toHaveLength(1);
    expect(listening.err).toContain('Connected again.');
    expect((await interrupt(listening)).code).toBe(130);
  });

  it('shows what the address answers, and goes on when nobody answers there', async () => {
    const { webhook_id: id } = await sluice.client.subscribe(receiver.url('/other'), TYPE);
    receiver.answer(({ path }) => ({ status: path === '/local' ? 500 : 200 }));
    const failing = await follow('listen', '--forward-to', receiver.url('/local'), '--webhook', id);
    const nobody = `http://127.0.0.1:${await ownPort()}/`;
    const alone = await follow('listen', '--forward-to', nobody, '--webhook', id, '--json');
    await publish('failing');
    await Promise.all([told(failing, '→ 500 in'), told(alone, '"failing"')]);
    expect(JSON.parse(alone.out)).toMatchObject({ webhook_id: id, forwarded: { status: null, error: 'ECONNREFUSED' } });
  });

  it('ends at once at Ctrl-C while the address hangs', async () => {
    const { webhook_id: id } = await sluice.client.subscribe(receiver.url('/quick'), TYPE);
    receiver.answer(({ path }) => (path === '/hanging' ? 'hang' : { status: 200 }));
    const listening = await follow('listen', '--forward-to', receiver.url('/hanging'), '--webhook', id);
    await publish('hanging');
    await receiver.waitFor(1, ({ path }) => path === '/hanging');
    expect(await interrupt(listening)).toEqual({ code: 130, out: '', err: expect.stringMatching(/^Listening.*\n$/) });
    // Shorter than the 20 s that an answer may take.
  }, 15_000);

  it('does not wait for what can not come', async () => {
    const { webhook_id: id } = await sluice.client.subscribe(receiver.url('/waiting'), TYPE);
    for (const [args, told] of [
      [
        ['listen', '--event-type', 'no.such'],
        /^sluice: --event-type: the catalogue has no no\.such; sluice event-types list/,
      ],
      [['events', 'tail', '--event-type', 'no.such'], /^sluice: --event-type: the catalogue has no no\.such; /],
      [['events', 'tail', '--event-type', 'webhook.failing'], /^sluice: --event-type: .+ can't be followed\n$/],
      [['listen', '--webhook', 'none'], /^sluice: --webhook: there is no none; sluice webhooks list/],
      [['listen', '--webhook', id, '--event-type', 'follow.deleted'], /^sluice: .+ gets follow\.created alone\n$/],
    ] as const) {
      expect(await line.run(args)).toEqual({ code: 2, out: '', err: expect.stringMatching(told) });
    }
    await line.json('webhooks', 'disable', id);
    const listening = await follow('listen', '--webhook', id);
    expect(listening.err).toContain(`The webhook is disabled and gets nothing: sluice webhooks enable ${id}\n`);
  });

  it('run by npx ends when npx is told to end', async () => {
    const npx = new RunByNpm('npx', ['sluice', 'listen'], { SLUICE_DIRECTORY: join(sluice.directory, '.sluice') });
    try {
      await eventually('listening', async () => npx.output.includes('Ctrl-C ends it'));
      await npx.end();
    } finally {
      npx.remove();
    }
  });

  it('says why it may not', async () => {
    const refused = await line.run(['listen', '--key', 'none']);
    expect(refused).toMatchObject({ code: 1, err: expect.stringMatching(/^sluice: refused \(401\)/) });
    const { key } = await line.json<{ key: string }>('keys', 'create', '--scope', 'read');
    expect(await line.run(['listen', '--forward-to', receiver.url(), '--key', key])).toEqual({
      ...{ code: 1, out: '', err: 'sluice: --forward-to needs an API key with the scope write\n' },
    });
    const away = await line.run(['listen', '--url', `http://127.0.0.1:${await ownPort()}`]);
    expect(away).toMatchObject({ code: 3, err: expect.stringContaining('nothing listens there') });
  });
});

describe('sluice', () => {
  it('shows events as they come', async () => {
    const tail = await follow('events', 'tail', '--event-type', TYPE);
    await publish('tailed');
    await told(tail, '  tailed  ');
    expect(tail.out).toMatch(/follow\.created {2}\/listen {2}tailed {2}\{"id":"1"/);
    expect((await interrupt(tail)).code).toBe(130);
    await eventually('the event in the list', async () => {
      const { out } = await line.run(['events', 'list', '--event-type', TYPE, '--limit', '100']);
      return /^tailed +follow\.created +\/listen +\S+ +\{"id":"1"/m.test(out);
    });
    expect((await line.run(['events', 'list', '--event-type', 'no.such'])).code).toBe(1);
  });

  it('sends a test event to one webhook', async () => {
    const { webhook_id: id } = await sluice.client.subscribe(receiver.url('/tested'), TYPE);
    const tested = await line.run(['webhooks', 'test', id, '--data', JSON.stringify(DATA)]);
    expect(tested).toMatchObject({ code: 0, out: expect.stringMatching(/^on its way: msg_\S+\n$/) });
    const [arrival] = await receiver.waitFor(1, ({ path }) => path === '/tested');
    expect(arrival!.headers['ce-source']).toBe('/sluice/test');
  });
});
