import type { StreamLog } from '../stream-log.js';
import type { StreamConnections } from './connections.js';

const POLL_MS = 1_000;
const LONGEST_PAUSE_MS = 1_000;
const FIRST_PAUSE_MS = 50;

interface Waiter {
  beyond: bigint;
  wake(): void;
}

/**
 * Knows where the partitions end and rings when they grow or a group changes: by LISTEN, and by asking every second,
 * since a notification may be missed while the connection is renewed. It connects when it is first asked to follow.
 */
export class Bell {
  #topics = new Set<number>();
  #ends = new Map<string, bigint>();
  #waiters = new Map<string, Set<Waiter>>();
  #groups = new Set<{ topicId: number; group: string; ring: () => void }>();
  #running: Promise<void> | null = null;
  #closing = new AbortController();
  #wake: () => void = () => undefined;
  #problem: string | null = null;

  constructor(
    private readonly connections: StreamConnections,
    private readonly log: StreamLog,
  ) {}

  /** Null while it hears, else why not. */
  problem(): string | null {
    return this.#problem;
  }

  /** Calls `ring` whenever the group changed, or may have. Answers how to stop that. */
  follow(topicId: number, group: string, ring: () => void): () => void {
    const entry = { topicId, group, ring };
    this.#groups.add(entry);
    this.#topics.add(topicId);
    this.#running ??= this.#run();
    this.#wake();
    return () => this.#groups.delete(entry);
  }

  /** Where the partition of a followed topic ends, as far as known. */
  end(topicId: number, partition: number): bigint | null {
    return this.#ends.get(`${topicId}:${partition}`) ?? null;
  }

  /** Resolves when the partition reaches beyond the position, or the signal aborts. */
  beyond(topicId: number, partition: number, position: bigint, signal: AbortSignal): Promise<void> {
    const place = `${topicId}:${partition}`;
    const end = this.#ends.get(place);
    if (signal.aborted || (end !== undefined && end > position)) return Promise.resolve();
    return new Promise((resolve) => {
      const waiters = this.#waiters.get(place) ?? new Set();
      this.#waiters.set(place, waiters);
      const wake = (): void => {
        waiters.delete(waiter);
        signal.removeEventListener('abort', wake);
        resolve();
      };
      const waiter = { beyond: position, wake };
      waiters.add(waiter);
      signal.addEventListener('abort', wake, { once: true });
    });
  }

  async close(): Promise<void> {
    this.#closing.abort();
    this.#wake();
    await this.#running;
  }

  async #run(): Promise<void> {
    let pauseMs = FIRST_PAUSE_MS;
    while (!this.#closing.signal.aborted) {
      try {
        await this.#listen(() => {
          pauseMs = FIRST_PAUSE_MS;
        });
      } catch (error) {
        this.#problem = `the database does not answer: ${(error as Error).message}`;
        this.log.warn({ error: (error as Error).message }, 'stream.listener.lost');
      }
      await this.#sleep(pauseMs);
      pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
    }
  }

  async #listen(connected: () => void): Promise<void> {
    const client = this.connections.listener();
    let lost: Error | null = null;
    const lose = (error: Error): void => {
      lost ??= error;
      this.#wake();
    };
    client.on('error', lose);
    client.on('end', () => lose(new Error('the connection ended')));
    client.on('notification', ({ payload }) => this.#heard(payload ?? ''));
    try {
      await client.connect();
      await client.query('listen sluice_stream');
      for (const { ring } of this.#groups) ring();
      while (!this.#closing.signal.aborted) {
        if (lost !== null) throw lost;
        const { rows } = await client.query<{ topic_id: number; partition: number; next_position: string }>(
          'select topic_id, partition, next_position from stream.partition where topic_id = any($1)',
          [[...this.#topics]],
        );
        connected();
        this.#problem = null;
        for (const row of rows) this.#reached(`${row.topic_id}:${row.partition}`, BigInt(row.next_position));
        await this.#sleep(POLL_MS);
      }
    } finally {
      // Nobody waits: a connection that is gone may never confirm its end.
      void client.end().catch(() => undefined);
    }
  }

  /** `ends 1:0:17,1:3:5` (topic, partition, end), `ends` alone (many: the next poll tells), `group 1 name`. */
  #heard(payload: string): void {
    const [kind, first = '', ...rest] = payload.split(' ');
    if (kind === 'group') {
      const group = rest.join(' ');
      for (const entry of this.#groups) if (String(entry.topicId) === first && entry.group === group) entry.ring();
    } else if (first === '') this.#wake();
    else {
      for (const end of first.split(',')) {
        const at = end.lastIndexOf(':');
        this.#reached(end.slice(0, at), BigInt(end.slice(at + 1)));
      }
    }
  }

  #reached(place: string, end: bigint): void {
    const known = this.#ends.get(place);
    if (known !== undefined && known >= end) return;
    this.#ends.set(place, end);
    for (const waiter of this.#waiters.get(place) ?? []) if (end > waiter.beyond) waiter.wake();
  }

  #sleep(milliseconds: number): Promise<void> {
    if (this.#closing.signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
