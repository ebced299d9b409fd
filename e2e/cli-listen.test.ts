import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { freePort } from '@sluice/embedded-postgres/free-port';
import { type Receiver, startReceiver } from '@sluice/testing/receiver';
import { eventually } from '@sluice/testing/stack/built-process';
import { Standalone } from '@sluice/testing/stack/standalone';
import { Webhook } from 'standardwebhooks';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

const program = fileURLToPath(new URL('../apps/cli/bin/sluice.mjs', import.meta.url));
const TYPE = 'follow.created';
const DATA = {
  ...{ id: '1', dappName: 'farcaster', dappSlug: 'farcaster_v2_optimism', eventTimestamp: '2024-06-06T09:21:37Z' },
  ...{ followerProfileId: '3761', followingProfileId: '2602', followerSince: '2024-06-06T09:21:35Z' },
};

let sluice: Standalone;
let receiver: Receiver;
let started: Running[] = [];

beforeAll(async () => {
  [sluice, receiver] = await Promise.all([Standalone.start(), startReceiver()]);
});
afterEach(async () => {
  for (const { child } of started) child.kill();
  started = [];
});
afterAll(async () => {
  await sluice?.remove();
  await receiver?.close();
});

interface Running {
  child: ChildProcess;
  out: string;
  err: string;
}

/** In the folder of the standalone's `.sluice`; it goes on until it is told to end. */
function start(...args: string[]): Running {
  const { PATH = '', HOME = '' } = process.env;
  const options = { cwd: sluice.directory, env: { PATH, HOME } };
  const running: Running = { child: spawn(process.execPath, [program, ...args], options), out: '', err: '' };
  running.child.stdout?.on('data', (part: Buffer) => {
    running.out += part.toString();
  });
  running.child.stderr?.on('data', (part: Buffer) => {
    running.err += part.toString();
  });
  started.push(running);
  return running;
}

async function interrupted({ child }: Running): Promise<number | null> {
  child.kill('SIGINT');
  const [code] = (await once(child, 'close')) as [number | null];
  return code;
}

const publish = (id: string) => sluice.client.publish({ id, source: '/listen', type: TYPE, data: DATA });

/** A stream tells what comes from when it is open on: events are published until the first is told. */
async function toldOf(running: Running, prefix: string): Promise<void> {
  let number = 0;
  await eventually('the stream', async () => {
    await publish(`${prefix}-${++number}`);
    return running.out.includes(`${prefix}-`);
  });
}

describe('sluice listen', () => {
  it('sends each delivery on, signed so that the published library verifies it', async () => {
    const webhook = await sluice.client.subscribe(receiver.url('/endpoint'), TYPE);
    const listening = start('listen', '--forward-to', receiver.url('/local'), '--webhook', webhook.webhook_id);
    await toldOf(listening, 'signed');
    const [arrival] = await receiver.waitFor(1, ({ path }) => path === '/local');
    const verified = new Webhook(webhook.signing_secret).verify(
      arrival!.body,
      arrival!.headers as Record<string, string>,
    );
    expect(verified).toMatchObject(DATA);
    expect(arrival!.headers).toMatchObject({ 'ce-source': '/listen', 'content-type': 'application/json' });
    expect(listening.out).toMatch(/follow\.created {2}signed-\d+ {2}webhook \w+ {2}msg_\S+ {2}→ 200 in \d+ ms/);
    expect(await interrupted(listening)).toBe(0);
  });

  it('shows what the address answers, and goes on when nobody answers there', async () => {
    const { webhook_id: id } = await sluice.client.subscribe(receiver.url('/other'), TYPE);
    receiver.answer(({ path }) => ({ status: path === '/local' ? 500 : 200 }));
    const failing = start('listen', '--forward-to', receiver.url('/local'), '--webhook', id);
    await toldOf(failing, 'failing');
    expect(failing.out).toContain('→ 500 in');
    const alone = start('listen', '--forward-to', `http://127.0.0.1:${await freePort()}/`, '--webhook', id, '--json');
    await toldOf(alone, 'alone');
    const [line = ''] = alone.out.split('\n');
    expect(JSON.parse(line)).toMatchObject({ webhook_id: id, forwarded: { status: null, error: 'ECONNREFUSED' } });
  });

  it('says why it may not', async () => {
    const refused = start('listen', '--key', 'none');
    const [code] = await once(refused.child, 'close');
    expect([code, refused.err]).toEqual([1, expect.stringMatching(/sluice: refused \(401\)/)]);
  });
});

describe('sluice', () => {
  it('shows events as they come', async () => {
    const tail = start('events', 'tail', '--event-type', TYPE);
    await toldOf(tail, 'tailed');
    expect(tail.out).toMatch(/follow\.created {2}\/listen {2}tailed-\d+ {2}\{"id":"1"/);
    expect(await interrupted(tail)).toBe(0);
  });

  it('sends a test event to one webhook', async () => {
    const { webhook_id: id } = await sluice.client.subscribe(receiver.url('/tested'), TYPE);
    const testing = start('webhooks', 'test', id, '--data', JSON.stringify(DATA));
    const [code] = await once(testing.child, 'close');
    expect([code, testing.out]).toEqual([0, expect.stringMatching(/^on its way: msg_\S+\n$/)]);
    const [arrival] = await receiver.waitFor(1, ({ path }) => path === '/tested');
    expect(arrival!.headers['ce-source']).toBe('/sluice/test');
  });
});
