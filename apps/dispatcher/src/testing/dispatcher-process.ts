import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { airtableCommands } from '@sluice/contracts/airtable-commands';
import { baseCommands } from '@sluice/contracts/base-commands';
import { registryCommands } from '@sluice/contracts/registry-commands';
import { type InternalPort, openInternalPort } from '@sluice/service-kit/internal-port';
import { createLogger } from '@sluice/service-kit/logger';
import { createMetrics } from '@sluice/service-kit/metrics';
import type { WebhookFeed } from './webhook-feed.js';

const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
const TOKEN = 'a token of the tests alone';
const { follow, leave, disableWebhook, authorize, startWebhookFrom } = registryCommands;
const { readPayloads, visibleWebhooks, invalidateWebhook, disableNotifications } = airtableCommands;
const { learnSchema, livingBases } = baseCommands;

/** The built dispatcher as a process of its own, which can be killed, with the feed served to it as the registry would. */
export class DispatcherProcess {
  #child: ChildProcess | null = null;

  private constructor(
    readonly port: InternalPort,
    readonly environment: Record<string, string>,
  ) {}

  static async create(feed: WebhookFeed, environment: Record<string, string>): Promise<DispatcherProcess> {
    const port = await openInternalPort({
      host: '127.0.0.1',
      port: 0,
      token: TOKEN,
      logger: createLogger({ service: 'registry', level: 'silent' }),
      metrics: createMetrics(),
      problems: async () => [],
      commands: [
        { table: { follow, leave, disableWebhook, authorize, startWebhookFrom }, implementation: feed },
        { table: { readPayloads, visibleWebhooks, invalidateWebhook, disableNotifications }, implementation: feed },
        { table: { learnSchema, livingBases }, implementation: feed },
      ],
    });
    return new DispatcherProcess(port, {
      REGISTRY_URL: `http://127.0.0.1:${port.port}`,
      INTERNAL_TOKEN: TOKEN,
      INTERNAL_HOST: '127.0.0.1',
      INTERNAL_PORT: '0',
      INSTANCE: 'dispatcher-1',
      ALLOWED_TARGETS: '127.0.0.0/8',
      LOG_LEVEL: 'warn',
      ...environment,
    });
  }

  start(): void {
    this.#child = spawn(process.execPath, [MAIN], {
      env: { PATH: process.env.PATH, ...this.environment },
      stdio: ['ignore', process.env.TEST_LOG === undefined ? 'ignore' : 'inherit', 'inherit'],
    });
  }

  /** Ends it like a power cut, or with SIGTERM in good order; answers its exit code. */
  async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null> {
    const child = this.#child;
    if (child === null) return null;
    if (child.exitCode === null && child.signalCode === null) {
      child.kill(signal);
      await once(child, 'exit');
    }
    return child.exitCode;
  }

  /** Stops it where it stands, as a machine does that is suspended, until {@link wake}. */
  freeze(): void {
    this.#child?.kill('SIGSTOP');
  }

  wake(): void {
    this.#child?.kill('SIGCONT');
  }

  async close(): Promise<void> {
    await this.end('SIGKILL');
    await this.port.close();
  }
}
