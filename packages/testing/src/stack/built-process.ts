import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

/** The repository's root folder. */
const root = fileURLToPath(new URL('../../../..', import.meta.url));

const POLL_MS = 50;

/** Asks until the answer is there; says what it waited for when it never came. */
export async function eventually<T>(
  what: string,
  ask: () => Promise<T | null | undefined | false>,
  timeoutMs = 60_000,
): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    if (performance.now() > deadline) throw new Error(`${what}: not within ${timeoutMs} ms`);
    await sleep(POLL_MS);
  }
}

/** Whether `GET url` answers 2xx. */
export const answersWell = (url: string): Promise<boolean> =>
  fetch(url).then(
    (response) => response.ok,
    () => false,
  );

/** A service that runs as it would for a user: the built program in a process of its own. */
export class BuiltProcess {
  private child: ChildProcess | null = null;
  private printed = '';

  constructor(
    private readonly program: string,
    private readonly environment: Record<string, string>,
    private readonly workingFolder: string = root,
  ) {}

  /** Everything that it has written to its terminal, over all starts. */
  get output(): string {
    return this.printed;
  }

  /** Undefined when it was not started, or has been ended. */
  get pid(): number | undefined {
    return this.child?.pid;
  }

  start(): void {
    const { PATH = '', HOME = '' } = process.env;
    const child = spawn(process.execPath, [join(root, this.program)], {
      cwd: this.workingFolder,
      env: { PATH, HOME, ...this.environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const keep = (part: Buffer) => {
      this.printed += part.toString('utf8');
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    this.child = child;
  }

  /** SIGSTOP and SIGCONT above all; {@link end} is for those that end it. */
  signal(signal: NodeJS.Signals): void {
    this.child?.kill(signal);
  }

  /** Sends the signal and waits for the end; answers the exit code, null when the signal itself ended it. */
  async end(signal: NodeJS.Signals): Promise<number | null> {
    const child = this.child;
    if (child === null) return null;
    this.child = null;
    if (child.exitCode === null && child.signalCode === null) {
      child.kill(signal);
      await once(child, 'exit');
    }
    return child.exitCode;
  }

  /** Resolves with the exit code when it ends by itself. */
  async ended(): Promise<number | null> {
    const child = this.child;
    if (child === null) return null;
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    return child.exitCode;
  }

  get running(): boolean {
    return this.child !== null && this.child.exitCode === null && this.child.signalCode === null;
  }

  /** Resolves when `GET url` answers 200; rejects at once when the process ends before. */
  async ready(url: string, timeoutMs = 90_000): Promise<void> {
    await eventually(
      `${this.program} ready at ${url}`,
      async () => {
        if (!this.running) throw new Error(`${this.program} ended while starting:\n${this.printed}`);
        return answersWell(url);
      },
      timeoutMs,
    ).catch((error: Error) => {
      throw new Error(`${error.message}\n${this.printed}`);
    });
  }
}
