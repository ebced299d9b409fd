import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';

/** What `npx sluice` runs. */
export const program = fileURLToPath(new URL('../../apps/cli/bin/sluice.mjs', import.meta.url));

export interface Ended {
  code: number | null;
  out: string;
  err: string;
}

/** The program while it runs, with what it has printed until now. */
export interface Running {
  child: ChildProcess;
  out: string;
  err: string;
  ended: Promise<Ended>;
}

/** `sluice` as a user has it in the folder of a `.sluice`, after `npm start`. */
export class CommandLine {
  private readonly started = new Set<Running>();

  constructor(private readonly directory: string) {}

  /** For what goes on until it is told to end. */
  start(args: readonly string[], environment: Record<string, string> = {}): Running {
    const { PATH = '', HOME = '' } = process.env;
    const child = spawn(process.execPath, [program, ...args], {
      cwd: this.directory,
      env: { PATH, HOME, ...environment },
    });
    const ended = once(child, 'close').then(([code]) => ({
      code: code as number | null,
      out: running.out,
      err: running.err,
    }));
    const running: Running = { child, out: '', err: '', ended };
    child.stdout.on('data', (part: Buffer) => {
      running.out += part.toString();
    });
    child.stderr.on('data', (part: Buffer) => {
      running.err += part.toString();
    });
    this.started.add(running);
    void ended.then(() => this.started.delete(running));
    return running;
  }

  /** Whatever it did, it printed no stack trace. */
  async run(args: readonly string[], environment: Record<string, string> = {}, input?: string): Promise<Ended> {
    const running = this.start(args, environment);
    running.child.stdin?.end(input);
    const ended = await running.ended;
    expect(ended.err).not.toMatch(/^\s+at /m);
    return ended;
  }

  /** What it printed with `--json`. */
  async json<T = Record<string, unknown>>(...args: string[]): Promise<T> {
    const { code, out, err } = await this.run([...args, '--json']);
    expect([args.join(' '), code, code === 0 ? '' : err]).toEqual([args.join(' '), 0, '']);
    return JSON.parse(out) as T;
  }

  /** Ends what a test has left running. */
  async end(): Promise<void> {
    for (const { child } of this.started) child.kill('SIGKILL');
    await Promise.all([...this.started].map(({ ended }) => ended));
  }
}

/** Presses Ctrl-C. */
export const interrupt = ({ child, ended }: Running): Promise<Ended> => {
  child.kill('SIGINT');
  return ended;
};
