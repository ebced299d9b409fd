import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ownPort } from '../own-port.js';
import { removeFolder, temporaryFolder } from '../temporary-folder.js';
import { answersWell, BuiltProcess } from './built-process.js';
import { SluiceClient } from './sluice-client.js';

interface Credentials {
  baseUrl: string;
  accountId: string;
  apiKey: string;
  testApiKey: string;
  adminKey: string;
  baseId: string;
  tableId: string;
  /** In the order of the table's fields. */
  fieldIds: string[];
  personalAccessToken: string;
  readOnlyToken: string;
  userApiKey: string;
}

/** A standalone Sluice in a folder of its own, as `npm start` runs it. */
export class Standalone {
  private constructor(
    readonly process: BuiltProcess,
    readonly directory: string,
    readonly baseUrl: string,
  ) {}

  static async start(
    environment: Record<string, string> = {},
    directory = temporaryFolder('standalone'),
  ): Promise<Standalone> {
    const port = await ownPort();
    const process = new BuiltProcess('apps/standalone/dist/main.js', {
      PORT: String(port),
      INBOX_PORT: String(await ownPort()),
      SLUICE_DIRECTORY: join(directory, '.sluice'),
      ...environment,
    });
    const standalone = new Standalone(process, directory, `http://127.0.0.1:${port}`);
    try {
      await standalone.launch();
    } catch (error) {
      await standalone.remove();
      throw error;
    }
    return standalone;
  }

  /** Starts it (again) and waits until every part can do its work. */
  async launch(): Promise<void> {
    this.process.start();
    await this.process.ready(`${this.baseUrl}/readyz`);
  }

  /** Whether every part says that it can do its work. */
  ready(): Promise<boolean> {
    return answersWell(`${this.baseUrl}/readyz`);
  }

  get credentials(): Credentials {
    return JSON.parse(readFileSync(join(this.state, 'dev-credentials.json'), 'utf8')) as Credentials;
  }

  /** Of its PostgreSQL, as it runs now. */
  get databaseUrl(): string {
    const password = readFileSync(join(this.state, 'postgres-password'), 'utf8');
    return `postgres://sluice:${password}@127.0.0.1:${this.postmaster[3]}/postgres`;
  }

  get databasePid(): number {
    return Number(this.postmaster[0]);
  }

  get client(): SluiceClient {
    return new SluiceClient(this.baseUrl, this.credentials.apiKey);
  }

  private get state(): string {
    return join(this.directory, '.sluice');
  }

  /** Lines of the lock file: process id, data folder, start time, port, … (PostgreSQL, "Database File Layout"). */
  private get postmaster(): string[] {
    return readFileSync(join(this.state, 'postgres', 'data', 'postmaster.pid'), 'utf8').split('\n');
  }

  /** Drains it, and removes all that it left. */
  async remove(): Promise<void> {
    await this.process.end('SIGTERM');
    removeFolder(this.directory, '.sluice');
  }
}
