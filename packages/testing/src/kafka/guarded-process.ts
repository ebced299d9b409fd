import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { open } from 'node:fs/promises';

/**
 * Runs the command and waits for it. The pipe on its standard input stays open as long as the process that started it
 * lives: when that is gone, by kill -9 too, the command is killed and its directory removed.
 */
const guard = `
directory="$1"; shift
exec 3<&0
"$@" </dev/null 3<&- &
command=$!
( cat <&3 >/dev/null; kill -9 $command; rm -rf "$directory" ) 2>/dev/null &
watch=$!
trap : TERM
wait $command; code=$?
while kill -0 $command 2>/dev/null; do wait $command; code=$?; done
kill -9 $watch 2>/dev/null
exit $code
`;

/** A child in a process group of its own that doesn't outlive this process. Its output goes to a file. */
export class GuardedProcess {
  readonly #child: ChildProcess;
  readonly #ended: Promise<unknown>;

  private constructor(child: ChildProcess) {
    this.#child = child;
    this.#ended = once(child, 'exit');
  }

  /** `directory` is removed when this process dies without having ended the child. */
  static async start(command: string[], options: { directory: string; output: string }): Promise<GuardedProcess> {
    const output = await open(options.output, 'a');
    const child = spawn('sh', ['-c', guard, 'guard', options.directory, ...command], {
      detached: true,
      stdio: ['pipe', output.fd, output.fd],
    });
    await once(child, 'spawn');
    await output.close();
    return new GuardedProcess(child);
  }

  get running(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** To the whole group; nothing happens when it has ended. */
  signal(signal: NodeJS.Signals): void {
    if (this.running) process.kill(-this.#child.pid!, signal);
  }

  async kill(): Promise<void> {
    this.signal('SIGKILL');
    await this.#ended;
  }

  /** Asks it to end, and makes it after `patienceMs`. */
  async stop(patienceMs: number): Promise<void> {
    this.signal('SIGTERM');
    const timer = setTimeout(() => this.signal('SIGKILL'), patienceMs);
    await this.#ended;
    clearTimeout(timer);
  }
}
