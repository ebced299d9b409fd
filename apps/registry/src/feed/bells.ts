import type { Logger } from '@sluice/service-kit/logger';
import pg from 'pg';

const FIRST_RETRY_MS = 100;
const SLOWEST_RETRY_MS = 5_000;

/**
 * PostgreSQL's notifications on one connection of its own, which it renews when it breaks. A bell only shortens waiting:
 * whoever listens also looks by himself now and then, as a notification may get lost with its connection.
 */
export class Bells {
  private client: pg.Client | null = null;
  private closed = false;
  private retry: NodeJS.Timeout | undefined;
  private readonly listeners = new Map<string, (() => void)[]>();

  constructor(
    private readonly connectionString: string,
    private readonly logger: Logger,
  ) {}

  /** Calls back at each ring, and whenever one may have been missed. To be called before {@link open}. */
  on(channel: string, listener: () => void): void {
    this.listeners.set(channel, [...(this.listeners.get(channel) ?? []), listener]);
  }

  /** Resolves when it listens; throws when the database can't be reached. */
  async open(): Promise<void> {
    const client = new pg.Client({
      connectionString: this.connectionString,
      application_name: 'sluice-registry-bells',
      keepAlive: true,
      connectionTimeoutMillis: 5_000,
    });
    client.on('error', (error) => this.lost(client, error));
    client.on('end', () => this.lost(client, new Error('the connection ended')));
    client.on('notification', ({ channel }) => this.ring(channel));
    this.client = client;
    try {
      await client.connect();
      for (const channel of this.listeners.keys()) await client.query(`listen ${channel}`);
    } catch (error) {
      this.client = null;
      client.removeAllListeners('end');
      await client.end().catch(() => undefined);
      throw error;
    }
    for (const channel of this.listeners.keys()) this.ring(channel);
  }

  async close(): Promise<void> {
    this.closed = true;
    clearTimeout(this.retry);
    const { client } = this;
    this.client = null;
    await client?.end();
  }

  private ring(channel: string): void {
    for (const listener of this.listeners.get(channel) ?? []) listener();
  }

  private lost(client: pg.Client, error: Error): void {
    if (this.closed || this.client !== client) return;
    this.client = null;
    this.logger.warn({ err: error }, 'bells.connection_lost');
    this.reopenAfter(FIRST_RETRY_MS);
  }

  private reopenAfter(afterMs: number): void {
    this.retry = setTimeout(() => {
      this.open().catch((error: unknown) => {
        if (this.closed) return;
        this.logger.warn({ err: error }, 'bells.not_reconnected');
        this.reopenAfter(Math.min(2 * afterMs, SLOWEST_RETRY_MS));
      });
    }, afterMs);
  }
}
