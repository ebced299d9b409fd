import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const repository = fileURLToPath(new URL('../..', import.meta.url));

/** `npm …` or `npx …` in the repository, with all that it runs. */
export class RunByNpm {
  /** What they have printed. */
  output = '';
  private readonly child: ChildProcess;
  private readonly closed: Promise<unknown>;

  constructor(command: 'npm' | 'npx', args: readonly string[], environment: Record<string, string>) {
    this.child = spawn(command, args, { cwd: repository, env: { ...process.env, ...environment }, detached: true });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.on('data', (part: Buffer) => {
        this.output += part.toString();
      });
    }
    this.closed = once(this.child, 'close');
  }

  /** Tells npm alone to end, and waits until the last process is gone that can print. */
  async end(): Promise<void> {
    this.child.kill('SIGTERM');
    await this.closed;
  }

  /** Ends what a test has left. */
  remove(): void {
    try {
      process.kill(-this.child.pid!, 'SIGKILL');
    } catch {
      // Nothing is left.
    }
  }
}
