import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EventStream } from '@sluice/event-stream/event-stream';
import { openStream } from '@sluice/event-stream/open-stream';
import type { EncryptionKey } from '@sluice/registry/encryption/keyring';
import type { SluiceClient } from '@sluice/testing/stack/sluice-client';
import { Standalone } from '@sluice/testing/stack/standalone';
import type { Installation } from './installation.js';
import { MeasuredPostgres } from './measured-postgres.js';
import { processTimeUs } from './process-time.js';

/** Everything in one process, on the log in PostgreSQL. */
export class StandaloneInstallation implements Installation {
  readonly stream = 'postgres';

  private constructor(
    private readonly standalone: Standalone,
    private measured: MeasuredPostgres,
  ) {}

  static async start(): Promise<StandaloneInstallation> {
    const standalone = await Standalone.start({ LOG_LEVEL: 'warn' });
    try {
      const installation = new StandaloneInstallation(standalone, await measuredPostgresOf(standalone));
      await installation.startDispatcher();
      return installation;
    } catch (error) {
      await standalone.remove();
      throw error;
    }
  }

  get postgres(): MeasuredPostgres {
    return this.measured;
  }

  get client(): SluiceClient {
    return this.standalone.client;
  }

  get encryptionKey(): EncryptionKey {
    const text = readFileSync(join(stateOf(this.standalone), 'secrets.json'), 'utf8');
    const { encryptionKey, encryptionKeyId: id } = JSON.parse(text) as Record<string, string>;
    return { id: id as string, key: Buffer.from(encryptionKey as string, 'base64') };
  }

  dispatcherTimeUs(): number | null {
    const { pid } = this.standalone.process;
    return pid === undefined ? null : processTimeUs(pid);
  }

  /** Everything stops, as everything is one process; PostgreSQL is started again by itself. */
  async stopDispatcher(): Promise<void> {
    this.measured = await measuredPostgresOf(this.standalone);
  }

  startDispatcher(): Promise<void> {
    return this.standalone.launch();
  }

  openLog(): Promise<EventStream> {
    return openStream({ postgres: { connectionString: this.postgres.url } });
  }

  async remove(): Promise<void> {
    await this.standalone.process.end('SIGTERM');
    await this.measured.stop();
    await this.standalone.remove();
  }
}

const stateOf = ({ directory }: Standalone): string => join(directory, '.sluice');

/** Standalone ends its PostgreSQL with itself, and takes over the one that it finds running on its data. */
async function measuredPostgresOf(standalone: Standalone): Promise<MeasuredPostgres> {
  await standalone.process.end('SIGTERM');
  return MeasuredPostgres.start(stateOf(standalone));
}
