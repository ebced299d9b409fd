import { setTimeout as sleep } from 'node:timers/promises';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '@sluice/embedded-postgres/embedded-postgres';
import { isAlive } from '@sluice/embedded-postgres/postmaster-file';
import { ownPort } from './own-port.js';
import { removeFolder, temporaryFolder } from './temporary-folder.js';

/** PostgreSQL's ways to end: transactions rolled back and all flushed; at once, to recover at the next start; a power cut. */
const SIGNALS = { fast: 'SIGINT', immediate: 'SIGQUIT', killed: 'SIGKILL' } as const;
export type Ending = keyof typeof SIGNALS;

const POLL_MS = 20;

/** A PostgreSQL for one test file, which may stop it and start it again on the same port and data. */
export class OwnPostgres {
  private constructor(
    private readonly folder: string,
    private readonly settings: Record<string, string>,
    private server: EmbeddedPostgres,
  ) {
    process.once('exit', this.killAtExit);
  }

  /** @param folder where its data lie; a temporary one by default. */
  static async start(
    folder = temporaryFolder('own-postgres'),
    settings: Record<string, string> = {},
  ): Promise<OwnPostgres> {
    // Tests kill processes, not the machine: what reached the kernel is safe enough.
    const all = { fsync: 'off', ...settings };
    const server = await startEmbeddedPostgres({ directory: folder, settings: all, port: await ownPort() });
    return new OwnPostgres(folder, all, server);
  }

  get url(): string {
    return this.server.url();
  }

  get running(): boolean {
    return isAlive(this.server.pid);
  }

  /** Resolves when it is gone. */
  async end(ending: Ending): Promise<void> {
    if (this.running) process.kill(this.server.pid, SIGNALS[ending]);
    while (this.running) await sleep(POLL_MS);
  }

  /** Again, after its end. Throws when it does not come up: its disk is full, for example. */
  async start(): Promise<void> {
    const { folder: directory, settings, server } = this;
    this.server = await startEmbeddedPostgres({ directory, settings, port: server.port });
  }

  async close(): Promise<void> {
    process.off('exit', this.killAtExit);
    await this.end('fast');
    removeFolder(this.folder);
  }

  private readonly killAtExit = (): void => {
    if (this.running) process.kill(this.server.pid, SIGNALS.immediate);
  };
}
