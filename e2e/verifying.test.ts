import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { newSecret } from '@sluice/signatures/secret';
import { sign } from '@sluice/signatures/sign';
import { ownPort } from '@sluice/testing/own-port';
import { type Arrival, type Receiver, startReceiver } from '@sluice/testing/receiver';
import { eventually } from '@sluice/testing/stack/built-process';
import type { Subscription } from '@sluice/testing/stack/sluice-client';
import { Standalone } from '@sluice/testing/stack/standalone';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { examplesOf } from './src/guide-examples.js';
import { needing } from './src/needing.js';

/** Each receiver of docs/verifying.md is run as it stands there, and sent what Sluice sends. */
const examples = examplesOf('verifying.md');
const root = fileURLToPath(new URL('..', import.meta.url));
/** Within the repository, so that what is imported is found as in a project. */
const folder = join(root, '.cache', 'verifying');
const run = promisify(execFile);
const ran = new Set<string>();

let sluice: Standalone;
/** Stands before each receiver, and keeps what Sluice sent to it. */
let entrance: Receiver;
const children: ChildProcess[] = [];

beforeAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  [sluice, entrance] = await Promise.all([Standalone.start(), startReceiver()]);
});

afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await sluice?.remove();
  await entrance?.close();
});

function saved(name: string): string {
  const code = examples.get(name);
  if (code === undefined) throw new Error(`the guide has no example ${name}`);
  ran.add(name);
  const file = join(folder, name);
  writeFileSync(file, code);
  return file;
}

const shell = (name: string) =>
  run('bash', ['-euo', 'pipefail', saved(name)], {
    cwd: folder,
    timeout: 160_000,
    env: { ...process.env, GOFLAGS: '' },
  });

/** Checks the types as a project would, and leaves JavaScript for the Node that is here. */
const compiled = async (name: string) => {
  const options = [
    '--ignoreConfig',
    '--strict',
    '--target',
    'es2023',
    '--module',
    'nodenext',
    '--types',
    'node',
    '--skipLibCheck',
  ];
  await run(join(root, 'node_modules', '.bin', 'tsc'), [...options, saved(name)], { cwd: folder });
  return join(folder, name.replace('.ts', '.js'));
};

interface RunningReceiver {
  subscription: Subscription;
  /** Sends it a request as it is, and answers with the status. */
  send(headers: Record<string, string>, body: Uint8Array): Promise<number>;
  /** What it has said of the deliveries that it handled, a line each. */
  handled(): string[];
}

/** Runs a receiver behind the entrance, with the secret and the header of a new webhook that leads to it. */
async function start(name: string, command: string, args: string[]): Promise<RunningReceiver> {
  const subscription = await sluice.client.subscribe(entrance.url(`/${name}`), 'follow.created');
  const port = await ownPort();
  const child = spawn(command, args, {
    cwd: folder,
    env: {
      ...process.env,
      PORT: String(port),
      SIGNING_SECRET: subscription.signing_secret,
      HEADER_VALUE: subscription.authentication.header_value,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  let printed = '';
  let complained = '';
  child.stdout.on('data', (part: Buffer) => {
    printed += part.toString();
  });
  child.stderr.on('data', (part: Buffer) => {
    complained += part.toString();
  });
  const url = `http://127.0.0.1:${port}/`;
  await eventually(`the receiver ${name}`, () => {
    if (child.exitCode !== null) throw new Error(`${name} ended: ${complained}`);
    return fetch(url).then(
      () => true,
      () => false,
    );
  });
  const send = async (headers: Record<string, string>, body: Uint8Array) =>
    (await fetch(url, { method: 'POST', headers, body: Buffer.from(body) })).status;
  return { subscription, send, handled: () => printed.split('\n').filter((line) => line.startsWith('handled ')) };
}

const sentOn = ({ headers }: Arrival): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers)
      .filter(([name]) => /^(webhook-|ce-|content-type|x-)/.test(name))
      .map(([name, value]) => [name, String(value)]),
  );

/** Publishes an event, hands what Sluice sends on to the receiver, and says how Sluice took its answer. */
async function deliver(name: string, receiver: RunningReceiver): Promise<Arrival> {
  entrance.answer(async (arrival) =>
    arrival.path === `/${name}` ? { status: await receiver.send(sentOn(arrival), arrival.body) } : { status: 204 },
  );
  const event = { id: `to-${name}`, source: '/verifying', type: 'follow.created' };
  const data = {
    ...{ id: '1', dappName: 'farcaster', dappSlug: 'farcaster_v2_optimism', eventTimestamp: '2024-06-06T09:21:37Z' },
    ...{ followerProfileId: '3761', followingProfileId: 'Zoë', followerSince: '2024-06-06T09:21:35Z' },
  };
  expect((await sluice.client.publish({ ...event, data })).status).toBe(202);
  const [arrival] = await entrance.waitFor(1, ({ path }) => path === `/${name}`);
  type Trail = { deliveries: { webhook_id: string; state: string; attempts: { status: number }[] }[] };
  await eventually('the recorded outcome', async () => {
    const { body } = await sluice.client.trail(event.source, event.id);
    const { deliveries = [] } = body as unknown as Trail;
    const mine = deliveries.find(({ webhook_id }) => webhook_id === receiver.subscription.webhook_id);
    if (mine === undefined) return false;
    expect(mine).toMatchObject({ state: 'delivered', attempts: [{ status: 204 }] });
    return true;
  });
  return arrival!;
}

/** What every receiver has to do with what Sluice sends, and with what others do. */
async function provesItself(name: string, command: string, args: string[]): Promise<void> {
  const receiver = await start(name, command, args);
  const { body, headers } = await deliver(name, receiver);
  const real = sentOn({ body, headers } as Arrival);
  const id = String(real['webhook-id']);
  await eventually('the work after the answer', async () => receiver.handled().length === 1);
  expect(receiver.handled()).toEqual([`handled ${id} ${body.toString()}`]);

  const signed = (timestampSeconds: number, secrets: string[]) => ({
    ...real,
    'webhook-timestamp': String(timestampSeconds),
    'webhook-signature': sign({ id, timestampSeconds, body, secrets }),
  });
  const now = Math.floor(Date.now() / 1_000);
  const secret = receiver.subscription.signing_secret;
  const { 'webhook-signature': _, ...unsigned } = real;
  const tampered = Buffer.from(body.toString().replace('3761', '3762'));
  const answers = {
    'a second time': await receiver.send(real, body),
    'while the secret is rotated': await receiver.send(signed(now, [newSecret(), secret]), body),
    'with another body': await receiver.send(real, tampered),
    'with another id': await receiver.send({ ...real, 'webhook-id': 'msg_other' }, body),
    'six minutes old': await receiver.send(signed(now - 360, [secret]), body),
    'six minutes ahead': await receiver.send(signed(now + 360, [secret]), body),
    'by another secret': await receiver.send(signed(now, [newSecret()]), body),
    'without a signature': await receiver.send(unsigned, body),
    'with nonsense for a signature': await receiver.send({ ...real, 'webhook-signature': 'nonsense' }, body),
  };
  expect(answers).toEqual({
    'a second time': 204,
    'while the secret is rotated': 204,
    'with another body': 400,
    'with another id': 400,
    'six minutes old': 400,
    'six minutes ahead': 400,
    'by another secret': 400,
    'without a signature': 400,
    'with nonsense for a signature': 400,
  });
  expect(receiver.handled()).toHaveLength(1);
}

it('TypeScript', async () => {
  expect(examples.get('install-typescript.sh')).toBe('npm install standardwebhooks\n');
  ran.add('install-typescript.sh');
  await provesItself('typescript', process.execPath, [await compiled('receiver.ts')]);
});

needing('python3', ['-c', 'import ensurepip, venv'], 'Python', async () => {
  await shell('install-python.sh');
  await provesItself('python', join(folder, 'environment', 'bin', 'python'), [saved('receiver.py')]);
});

needing('go', ['version'], 'Go', async () => {
  saved('receiver.go');
  await shell('install-go.sh');
  await provesItself('go', join(folder, 'receiver'), []);
});

needing('mvn', ['--version'], 'Java', async () => {
  await shell('install-java.sh');
  await provesItself('java', 'java', ['-cp', join(folder, 'lib', '*'), saved('Receiver.java')]);
});

needing('ruby', ['-r', 'webrick', '-e', ''], 'Ruby', async () => {
  await provesItself('ruby', 'ruby', [saved('receiver.rb')]);
});

it("Airstack's header", async () => {
  const receiver = await start('header', process.execPath, [await compiled('static-header.ts')]);
  const { body, headers } = await deliver('header', receiver);
  const real = sentOn({ body, headers } as Arrival);
  expect(await receiver.send({ ...real, 'x-airstack-webhook': 'another' }, body)).toBe(400);
  const { 'x-airstack-webhook': _, ...without } = real;
  expect(await receiver.send(without, body)).toBe(400);
});

it('no example was left out', () => {
  if (process.env.CI) expect([...ran].sort()).toEqual([...examples.keys()].sort());
});
