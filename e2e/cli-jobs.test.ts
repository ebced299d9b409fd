import { type Receiver, startReceiver } from '@sluice/testing/receiver';
import { eventually } from '@sluice/testing/stack/built-process';
import { Standalone } from '@sluice/testing/stack/standalone';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { CommandLine, interrupt, program } from './src/command-line.js';
import { needing } from './src/needing.js';
import { CTRL_C, Terminal } from './src/terminal.js';

const MOMENT = '2020-01-01T00:00:00Z';
const TYPE = 'till.rung';
const EVENTS = 40;

let sluice: Standalone;
let receiver: Receiver;
let line: CommandLine;
let webhook: string;

beforeAll(async () => {
  [sluice, receiver] = await Promise.all([Standalone.start(), startReceiver()]);
  line = new CommandLine(sluice.directory);
  await line.json('event-types', 'put', TYPE);
  for (let number = 1; number <= EVENTS; number++) {
    await sluice.client.publish({ id: String(number), source: '/till', type: TYPE, data: {} });
  }
  webhook = (await sluice.client.createWebhook({ endpoint: receiver.url(), event_type: TYPE })).webhook_id;
});
afterEach(() => line?.end());
afterAll(async () => {
  await sluice?.remove();
  await receiver?.close();
});

/** A job that takes so long that it is always met at work: a delivery in 100 s. */
const SLOW = ['--webhook', '', '--from', MOMENT, '--as', 'new', '--rate', '0.01'];
const slow = () => SLOW.map((word) => (word === '' ? webhook : word));
const FOLLOWING = /Following (job_\w+)\. Ctrl-C/;
const jobIn = (text: string) => FOLLOWING.exec(text)?.[1] ?? '';
const stateOf = async (job: string) => (await line.json<{ state: string }>('jobs', 'get', job)).state;

describe('Ctrl-C', () => {
  it('leaves a job going on, says so, and ends with 130', async () => {
    const replay = line.start(['replay', ...slow()]);
    await eventually('the job', async () => jobIn(replay.err));
    const job = jobIn(replay.err);
    const told = `Following ${job}. Ctrl-C leaves it going on.\nThe job goes on: sluice jobs get ${job}, sluice jobs cancel ${job}\n`;
    expect(await interrupt(replay)).toEqual({ code: 130, out: '', err: told });
    expect(await stateOf(job)).toBe('running');
    expect(await line.run(['jobs', 'cancel', job])).toMatchObject({ code: 0, out: `cancelled ${job}\n` });
  });

  it('cancels a job with --cancel', async () => {
    const replay = line.start(['replay', ...slow(), '--cancel']);
    await eventually('the job', async () => jobIn(replay.err));
    const job = jobIn(replay.err);
    const ended = await interrupt(replay);
    expect(ended).toMatchObject({ code: 130, out: '' });
    expect(ended.err).toMatch(/Ctrl-C cancels it\.\nCancelled job_\w+; what it made stays\.\n$/);
    expect(await stateOf(job)).toBe('cancelled');
  });

  it('ends any other command like a program that does not know it', async () => {
    const tail = line.start(['listen', '--url', receiver.url('/')]);
    receiver.answer(() => 'hang');
    await receiver.waitFor(1, ({ path }) => path.startsWith('//v1/') || path.startsWith('/v1/'));
    expect((await interrupt(tail)).code).toBe(130);
    const list = line.start(['webhooks', 'list', '--url', receiver.url('')]);
    await receiver.waitFor(1, ({ path }) => path.startsWith('/v1/webhooks'));
    expect(await interrupt(list)).toEqual({ code: null, out: '', err: '' });
    receiver.answer(() => ({ status: 200 }));
  });
});

it('a job that is cancelled by others while it is followed ends with 1', async () => {
  const replay = line.start(['replay', ...slow()]);
  await eventually('the job', async () => jobIn(replay.err));
  await line.json('jobs', 'cancel', jobIn(replay.err));
  const ended = await replay.ended;
  expect(ended).toMatchObject({ code: 1, out: expect.stringMatching(/^cancelled job_/) });
  expect(ended.err).toMatch(/sluice: the job is cancelled: .+\n$/);
});

it('what waits at an endpoint that is mended is tried now', async () => {
  const type = 'till.closed';
  await line.json('event-types', 'put', type);
  const { webhook_id: mended } = await sluice.client.createWebhook({
    ...{ endpoint: receiver.url('/mended'), event_type: type, retry_schedule: [0, 3_600] },
  });
  receiver.answer(({ path }) => ({ status: path === '/mended' ? 500 : 200 }));
  for (const id of ['late-1', 'late-2']) await sluice.client.publish({ id, source: '/till', type, data: {} });
  const waiting = async () => {
    const { deliveries } = await line.json<{ deliveries: { attempts_made: number }[] }>(
      ...['deliveries', 'list', '--webhook', mended, '--state', 'pending'],
    );
    return deliveries.filter(({ attempts_made: made }) => made === 1).length === 2;
  };
  await eventually('two that wait', waiting);
  receiver.answer(() => ({ status: 200 }));
  const tried = await line.run(['try-now', '--webhook', mended]);
  expect(tried).toMatchObject({ code: 0, out: expect.stringMatching(/^done job_\w+: 2 deliveries\n$/) });
  await receiver.waitFor(4, ({ path }) => path === '/mended');
});

describe('the bar of a job', () => {
  const command = (...more: string[]) =>
    [process.execPath, program, 'replay', '--webhook', webhook, '--from', MOMENT, '--as', 'new', ...more].join(' ');

  it('is not drawn where there is no terminal', async () => {
    const replay = await line.run(['replay', '--webhook', webhook, '--from', MOMENT, '--as', 'new', '--rate', '200']);
    expect(replay).toMatchObject({ code: 0, out: expect.stringMatching(/^done job_\w+: 40 deliveries\n$/) });
    expect(replay.err).toMatch(/^Following job_\w+\. Ctrl-C leaves it going on\.\n$/);
  });

  needing('script', ['--version'], 'is drawn over itself on a terminal until it is full', async () => {
    const terminal = new Terminal(command('--rate', '20'), sluice.directory);
    try {
      expect(await terminal.ended).toBe(0);
    } finally {
      await terminal.close();
    }
    const drawn = terminal.screen.split('\r\u001b[K').slice(1);
    expect(drawn.length).toBeGreaterThan(2);
    expect(drawn.some((text) => /^\[#*\.+\] \d+ of \d+ \(\d+ %\), \d+ deliveries/.test(text))).toBe(true);
    expect(drawn.at(-1)).toMatch(/^\[#{24}\] \d+ of \d+ \(100 %\), 40 deliveries\r?\ndone job_\w+: 40 deliveries/);
  });

  needing(
    'script',
    ['--version'],
    'stays one line on a narrow terminal, and Ctrl-C typed there leaves the job',
    async () => {
      const terminal = new Terminal(`stty cols 30; ${command('--rate', '0.01')}`, sluice.directory);
      try {
        await terminal.shows('\r\u001b[K');
        terminal.type(CTRL_C);
        await terminal.shows('The job goes on');
        expect(await terminal.ended).toBe(130);
        for (const text of terminal.screen.split('\r\u001b[K').slice(1)) {
          expect(text.split(/\r?\n/)[0]!.replace('^C', '').length).toBeLessThan(30);
        }
        await line.json('jobs', 'cancel', jobIn(terminal.screen));
      } finally {
        await terminal.close();
      }
    },
  );
});
