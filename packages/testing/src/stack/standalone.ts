import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '@sluice/embedded-postgres/free-port';
import { removeFolder, temporaryFolder } from '../temporary-folder.js';
import { BuiltProcess } from './built-process.js';
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

  static async start(environment: Record<string, string> = {}): Promise<Standalone> {
    const directory = temporaryFolder('standalone');
    const port = await freePort();
    const process = new BuiltProcess('apps/standalone/dist/main.js', {
      PORT: String(port),
      INBOX_PORT: String(await freePort()),
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

  get credentials(): Credentials {
    return JSON.parse(readFileSync(join(this.directory, '.sluice', 'dev-credentials.json'), 'utf8')) as Credentials;
  }

  get client(): SluiceClient {
    return new SluiceClient(this.baseUrl, this.credentials.apiKey);
  }

  /** Drains it, and removes all that it left. */
  async remove(): Promise<void> {
    await this.process.end('SIGTERM');
    removeFolder(this.directory, '.sluice');
  }
}
