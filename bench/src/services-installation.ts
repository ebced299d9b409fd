import type { EventStream } from '@sluice/event-stream/event-stream';
import { openStream } from '@sluice/event-stream/open-stream';
import type { EncryptionKey } from '@sluice/registry/encryption/keyring';
import { type KafkaBroker, startKafkaBroker } from '@sluice/testing/kafka/broker';
import { ServiceStack } from '@sluice/testing/stack/service-stack';
import type { SluiceClient } from '@sluice/testing/stack/sluice-client';
import { removeFolder, temporaryFolder } from '@sluice/testing/temporary-folder';
import type { Installation } from './installation.js';
import { MeasuredPostgres } from './measured-postgres.js';
import { processTimeUs } from './process-time.js';

/** Every service in a process of its own, on a real Kafka broker. */
export class ServicesInstallation implements Installation {
  readonly stream = 'kafka';
  private readonly dispatchers = ['dispatcher-0'];

  private constructor(
    private readonly broker: KafkaBroker,
    private readonly directory: string,
    readonly postgres: MeasuredPostgres,
    private readonly stack: ServiceStack,
  ) {}

  static async start(): Promise<ServicesInstallation> {
    const directory = temporaryFolder('bench');
    const undo: (() => Promise<void> | void)[] = [() => removeFolder(directory)];
    try {
      const broker = await startKafkaBroker();
      undo.unshift(() => broker.stop());
      const postgres = await MeasuredPostgres.start(directory);
      undo.unshift(() => postgres.stop());
      const stack = await ServiceStack.start({ databaseUrl: postgres.url, brokers: broker.brokers, dispatchers: 1 });
      return new ServicesInstallation(broker, directory, postgres, stack);
    } catch (error) {
      for (const step of undo) await step();
      throw error;
    }
  }

  get client(): SluiceClient {
    return this.stack.client;
  }

  get encryptionKey(): EncryptionKey {
    const [id = '', key = ''] = (this.stack.environment.ENCRYPTION_KEYS ?? '').split(':');
    return { id, key: Buffer.from(key, 'base64') };
  }

  /** Of all dispatchers together. */
  dispatcherTimeUs(): number | null {
    let sum = 0;
    for (const name of this.dispatchers) {
      const pid = this.stack.pidOf(name);
      const timeUs = pid === undefined ? null : processTimeUs(pid);
      if (timeUs === null) return null;
      sum += timeUs;
    }
    return sum;
  }

  async stopDispatcher(): Promise<void> {
    await Promise.all(this.dispatchers.map((name) => this.stack.end(name, 'SIGTERM')));
  }

  async startDispatcher(): Promise<void> {
    await Promise.all(this.dispatchers.map((name) => this.stack.launch(name)));
  }

  /** One more beside those that there are. */
  async addDispatcher(): Promise<void> {
    this.dispatchers.push(await this.stack.join());
  }

  /** The one that was added last. */
  async removeDispatcher(): Promise<void> {
    const name = this.dispatchers.pop();
    if (name !== undefined) await this.stack.end(name, 'SIGTERM');
  }

  openLog(): Promise<EventStream> {
    return openStream({ kafka: { brokers: [this.broker.brokers], clientId: 'sluice-bench' } });
  }

  async remove(): Promise<void> {
    await this.stack.stop();
    await this.postgres.stop();
    await this.broker.stop();
    removeFolder(this.directory);
  }
}
