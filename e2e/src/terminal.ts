import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { eventually } from '@sluice/testing/stack/built-process';

/** A command on a terminal of its own, by util-linux's `script`: it sees a TTY, and keys reach it as they would. */
export class Terminal {
  /** All that it has drawn. */
  screen = '';
  /** Resolves with its exit code. */
  readonly ended: Promise<number | null>;
  private readonly child: ChildProcess;

  constructor(command: string, cwd: string) {
    const { PATH = '', HOME = '' } = process.env;
    this.child = spawn('script', ['--quiet', '--return', '--flush', '--command', command, '/dev/null'], {
      cwd,
      env: { PATH, HOME, TERM: 'xterm', SHELL: '/bin/sh' },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.child.stdout?.on('data', (part: Buffer) => {
      this.screen += part.toString();
    });
    this.ended = once(this.child, 'close').then(([code]) => code as number | null);
  }

  type(keys: string): void {
    this.child.stdin?.write(keys);
  }

  async shows(text: string): Promise<void> {
    await eventually(`${text} on the screen`, async () => this.screen.includes(text)).catch((error: Error) => {
      throw new Error(`${error.message}\n${JSON.stringify(this.screen)}`);
    });
  }

  async close(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.ended;
  }
}

export const CTRL_C = '\u0003';
