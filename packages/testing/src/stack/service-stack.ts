import { randomBytes } from 'node:crypto';
import { freePort } from '@sluice/embedded-postgres/free-port';
import { BuiltProcess } from './built-process.js';
import { SluiceClient } from './sluice-client.js';

export interface StackOptions {
  /** An empty database. */
  databaseUrl: string;
  /** Kafka brokers that nobody else uses: the topics' names are fixed. */
  brokers: string;
  dispatchers: number;
}

/** One service of the stack, and where it says that it can do its work. */
interface Member {
  process: BuiltProcess;
  readyUrl: string;
}

/** Every service in a process of its own, as the containers run them. */
export class ServiceStack {
  private readonly members = new Map<string, Member>();
  private apiKey = '';
  /** Of the first account, which is an operator's. */
  adminKey = '';

  private constructor(
    private readonly baseUrl: string,
    /** What every member gets. */
    readonly environment: Readonly<Record<string, string>>,
  ) {}

  /** Migrates, makes the first account, and starts registry, dispatchers and gateway. */
  static async start({ databaseUrl, brokers, dispatchers }: StackOptions): Promise<ServiceStack> {
    const gatewayPort = await freePort();
    const registryPort = await freePort();
    const dispatcherPorts: number[] = [];
    for (let i = 0; i < dispatchers; i++) dispatcherPorts.push(await freePort());
    const stack = new ServiceStack(`http://127.0.0.1:${gatewayPort}`, {
      DATABASE_URL: databaseUrl,
      KAFKA_BROKERS: brokers,
      INTERNAL_TOKEN: randomBytes(24).toString('hex'),
      INTERNAL_HOST: '127.0.0.1',
      ENCRYPTION_KEYS: `test:${randomBytes(32).toString('base64')}`,
      ALLOWED_TARGETS: '127.0.0.0/8',
      EVENT_PARTITIONS: '8',
      REGISTRY_URL: `http://127.0.0.1:${registryPort}`,
      DISPATCHER_URL: `http://127.0.0.1:${dispatcherPorts[0]}`,
      RATE_LIMIT_EVENTS: '1000000',
      RATE_LIMIT_REQUESTS: '1000000',
      BASE_PENALTY_SECONDS: '0',
      LOG_LEVEL: 'warn',
    });
    await stack.once('deploy/migrate.mjs');
    const made = await stack.once('apps/registry/dist/main-bootstrap.js');
    ({ apiKey: stack.apiKey, adminKey: stack.adminKey } = JSON.parse(made) as { apiKey: string; adminKey: string });
    stack.add('registry', 'registry', registryPort, {});
    dispatcherPorts.forEach((port, number) => {
      stack.add(`dispatcher-${number}`, 'dispatcher', port, {});
    });
    const internalPort = await freePort();
    stack.add('gateway', 'gateway', internalPort, { HOST: '127.0.0.1', PORT: String(gatewayPort) });
    for (const name of stack.names) await stack.launch(name);
    return stack;
  }

  get names(): string[] {
    return [...this.members.keys()];
  }

  get client(): SluiceClient {
    return new SluiceClient(this.baseUrl, this.apiKey);
  }

  /** Starts a member (again) and waits until it can do its work. */
  async launch(name: string): Promise<void> {
    const { process, readyUrl } = this.member(name);
    process.start();
    await process.ready(readyUrl);
  }

  end(name: string, signal: NodeJS.Signals): Promise<number | null> {
    return this.member(name).process.end(signal);
  }

  /** Undefined while it does not run. */
  pidOf(name: string): number | undefined {
    return this.member(name).process.pid;
  }

  outputOf(name: string): string {
    return this.member(name).process.output;
  }

  /** Drains and ends all of them, the gateway first. */
  async stop(): Promise<void> {
    for (const name of this.names.reverse()) await this.end(name, 'SIGTERM');
  }

  private add(name: string, app: string, internalPort: number, environment: Record<string, string>): void {
    const process = new BuiltProcess(`apps/${app}/dist/main.js`, {
      ...this.environment,
      INTERNAL_PORT: String(internalPort),
      INSTANCE: name,
      ...environment,
    });
    this.members.set(name, { process, readyUrl: `http://127.0.0.1:${internalPort}/readyz` });
  }

  private member(name: string): Member {
    const member = this.members.get(name);
    if (member === undefined) throw new Error(`no service is called ${name}`);
    return member;
  }

  private async once(program: string): Promise<string> {
    const process = new BuiltProcess(program, this.environment);
    process.start();
    const code = await process.ended();
    if (code !== 0) throw new Error(`${program} ended with ${code}:\n${process.output}`);
    return process.output;
  }
}
