import { randomBytes } from 'node:crypto';
import { ownPort } from '../own-port.js';
import { answersWell, BuiltProcess } from './built-process.js';
import { SluiceClient } from './sluice-client.js';

export interface StackOptions {
  /** An empty database. */
  databaseUrl: string;
  /** The way by which the dispatchers reach it, if it is another. */
  dispatcherDatabaseUrl?: string;
  /** Kafka brokers that nobody else uses: the topics' names are fixed. Without them the stream is in the database. */
  brokers?: string | undefined;
  dispatchers: number;
  /** Without it, and without brokers, no source is read. */
  importer?: boolean;
  /** Variables beyond those that every member needs. */
  environment?: Record<string, string>;
}

const LAST_LINES = 60;

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
    private readonly dispatcherDatabaseUrl: string,
  ) {}

  /** Migrates, makes the first account, and starts registry, dispatchers and gateway. */
  static async start(options: StackOptions): Promise<ServiceStack> {
    const { databaseUrl, dispatcherDatabaseUrl = databaseUrl, brokers, dispatchers } = options;
    const gatewayPort = await ownPort();
    const registryPort = await ownPort();
    const firstDispatcherPort = await ownPort();
    const environment = {
      DATABASE_URL: databaseUrl,
      ...(brokers === undefined ? {} : { KAFKA_BROKERS: brokers }),
      INTERNAL_TOKEN: randomBytes(24).toString('hex'),
      INTERNAL_HOST: '127.0.0.1',
      ENCRYPTION_KEYS: `test:${randomBytes(32).toString('base64')}`,
      ALLOWED_TARGETS: '127.0.0.0/8',
      EVENT_PARTITIONS: '8',
      REGISTRY_URL: `http://127.0.0.1:${registryPort}`,
      DISPATCHER_URL: `http://127.0.0.1:${firstDispatcherPort}`,
      RATE_LIMIT_EVENTS: '1000000',
      RATE_LIMIT_REQUESTS: '1000000',
      BASE_PENALTY_SECONDS: '0',
      LOG_LEVEL: 'warn',
      ...options.environment,
    };
    const stack = new ServiceStack(`http://127.0.0.1:${gatewayPort}`, environment, dispatcherDatabaseUrl);
    await stack.once('deploy/migrate.mjs');
    const made = await stack.once('apps/registry/dist/main-bootstrap.js');
    ({ apiKey: stack.apiKey, adminKey: stack.adminKey } = JSON.parse(made) as { apiKey: string; adminKey: string });
    stack.add('registry', 'registry', registryPort, {});
    stack.addDispatcher(firstDispatcherPort);
    for (let i = 1; i < dispatchers; i++) stack.addDispatcher(await ownPort());
    if (options.importer) stack.add('importer', 'importer', await ownPort(), {});
    stack.addGateway('gateway', await ownPort(), gatewayPort);
    await Promise.all(stack.names.map((name) => stack.launch(name)));
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

  /** Whether it says that it can do its work. */
  ready(name: string): Promise<boolean> {
    return answersWell(this.member(name).readyUrl);
  }

  /** What a member says is wrong with it, by its internal port; empty when it can do its work. */
  async problemsOf(name: string): Promise<string[]> {
    const { problems = [] } = (await (await fetch(this.member(name).readyUrl)).json()) as { problems?: string[] };
    return problems;
  }

  /** One more dispatcher; answers its name when it can do its work. */
  async join(): Promise<string> {
    const name = this.addDispatcher(await ownPort());
    await this.launch(name);
    return name;
  }

  /**
   * One more gateway, which can do its work; answers a client of it.
   *
   * @param dispatcher the one that it asks; by default the first, like the first gateway.
   */
  async joinGateway(dispatcher = 'dispatcher-0'): Promise<SluiceClient> {
    const name = `gateway-${this.names.filter((other) => other.startsWith('gateway')).length}`;
    const port = await ownPort();
    const { origin } = new URL(this.member(dispatcher).readyUrl);
    this.addGateway(name, await ownPort(), port, { DISPATCHER_URL: origin });
    await this.launch(name);
    return new SluiceClient(`http://127.0.0.1:${port}`, this.apiKey);
  }

  signal(name: string, signal: NodeJS.Signals): void {
    this.member(name).process.signal(signal);
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

  /** What each member that runs has to say of itself: its metrics, and the last that it wrote. For whoever looks for a cause. */
  async says(): Promise<string> {
    const parts = [...this.members].map(async ([name, { process, readyUrl }]) => {
      const metrics = await fetch(readyUrl.replace('/readyz', '/metrics')).then(
        (response) => response.text(),
        (error) => String(error),
      );
      const values = metrics.split('\n').filter((line) => line.startsWith('sluice_') && !line.includes('_bucket'));
      return [`--- ${name}`, ...values, ...process.output.split('\n').slice(-LAST_LINES)].join('\n');
    });
    return (await Promise.all(parts)).join('\n');
  }

  /** Drains and ends all of them, the gateway first. */
  async stop(): Promise<void> {
    for (const name of this.names.reverse()) await this.end(name, 'SIGTERM');
  }

  private addGateway(name: string, internalPort: number, port: number, environment: Record<string, string> = {}): void {
    this.add(name, 'gateway', internalPort, { HOST: '127.0.0.1', PORT: String(port), ...environment });
  }

  private addDispatcher(internalPort: number): string {
    const name = `dispatcher-${this.names.filter((other) => other.startsWith('dispatcher')).length}`;
    this.add(name, 'dispatcher', internalPort, { DATABASE_URL: this.dispatcherDatabaseUrl });
    return name;
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
