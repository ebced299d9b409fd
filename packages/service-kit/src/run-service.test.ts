import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';

const program = fileURLToPath(new URL('../test/service.mjs', import.meta.url));

interface LogLine {
  level: string;
  msg: string;
  err?: { message: string };
}

/** A real process; what it wrote, and the code it ended with. */
class Service {
  readonly lines: LogLine[] = [];
  readonly ended: Promise<number | null>;
  readonly process: ChildProcessByStdio<null, Readable, Readable>;
  complaints = '';

  constructor(behaviour: string) {
    this.process = spawn(process.execPath, [program, behaviour], { stdio: ['ignore', 'pipe', 'pipe'] });
    const output = createInterface({ input: this.process.stdout });
    output.on('line', (line) => {
      this.lines.push(JSON.parse(line));
      this.process.emit('log');
    });
    this.process.stderr.on('data', (data) => {
      this.complaints += data;
    });
    this.ended = once(this.process, 'close').then(([code]) => code);
  }

  async wrote(fact: string): Promise<void> {
    while (!this.lines.some(({ msg }) => msg === fact)) await once(this.process, 'log');
  }

  facts(): string[] {
    return this.lines.map(({ msg }) => msg);
  }
}

let service: Service | undefined;
const run = (behaviour: string): Service => {
  service = new Service(behaviour);
  return service;
};
afterEach(() => service?.process.kill('SIGKILL'));

test.each(['SIGTERM', 'SIGINT'] as const)('drains on %s and exits with 0', async (signal) => {
  const { process, ended, ...running } = run('drains');
  await service!.wrote('service.started');
  process.kill(signal);
  expect(await ended).toBe(0);
  expect(running.lines.map(({ msg }) => msg).slice(-3)).toEqual(['service.draining', 'drained', 'service.stopped']);
});

test('drains once, although the terminal and npm both pass the signal on', async () => {
  const running = run('drains');
  await running.wrote('service.started');
  running.process.kill('SIGINT');
  running.process.kill('SIGTERM');
  running.process.kill('SIGINT');
  expect(await running.ended).toBe(0);
  expect(running.facts().filter((fact) => fact === 'drained')).toHaveLength(1);
});

test('a further signal ends a drain that hangs', async () => {
  const running = run('drains late');
  await running.wrote('service.started');
  running.process.kill('SIGTERM');
  const insisting = setInterval(() => running.process.kill('SIGTERM'), 50);
  expect(await running.ended).toBe(143);
  clearInterval(insisting);
  expect(running.facts()).toContain('service.ended_by_second_signal');
});

test('a signal while it starts is obeyed when it has started', async () => {
  const running = run('starts late');
  await running.wrote('starting');
  running.process.kill('SIGTERM');
  expect(await running.ended).toBe(0);
  expect(running.facts()).toContain('drained');
});

test('a drain that fails exits with 1', async () => {
  const running = run('drains badly');
  await running.wrote('service.started');
  running.process.kill('SIGTERM');
  expect(await running.ended).toBe(1);
  expect(running.lines.find(({ msg }) => msg === 'service.drain_failed')?.err?.message).toBe('the drain broke');
});

test('mistakes in the configuration are printed one a line, with 2', async () => {
  const running = run('is misconfigured');
  expect(await running.ended).toBe(2);
  expect(running.complaints).toBe('PORT: is not a number\nDATABASE_URL: is required and not set\n');
});

test('what keeps it from starting is logged, with 1', async () => {
  const running = run('cannot start');
  expect(await running.ended).toBe(1);
  expect(running.lines.at(-1)).toMatchObject({ msg: 'service.start_failed', err: { message: 'the port is taken' } });
});

test.each([
  ['throws', 'error.uncaught'],
  ['rejects', 'error.unhandled_rejection'],
])('an error that nobody handled is logged, with 1: %s', async (behaviour, fact) => {
  const running = run(behaviour);
  await running.wrote('service.started');
  running.process.kill('SIGUSR2');
  expect(await running.ended).toBe(1);
  expect(running.lines.at(-1)).toMatchObject({ level: 'fatal', msg: fact, err: { message: 'nobody handled this' } });
});
