import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { FastifyReply } from 'fastify';

const HEARTBEAT_MS = 15_000;
/** Who does not read for so long is gone. */
const PATIENCE_MS = 30_000;
const LAST_MS = 1_000;
/** How long the reader waits before it connects again. */
const RETRY_MS = 2_000;

export interface ServerSentEvent {
  event: string;
  /** What a reader that connects again goes on behind; without it, it goes on where it was. */
  id?: string | undefined;
  data: unknown;
}

/** One answer that goes on: server-sent events, as fast as the reader takes them. */
export class EventStream {
  readonly #response: ServerResponse;
  readonly #ended = new AbortController();
  readonly #heartbeat: NodeJS.Timeout;

  constructor(reply: FastifyReply) {
    const headers = Object.entries(reply.getHeaders()).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value] as const],
    );
    reply.hijack();
    this.#response = reply.raw;
    this.#response.writeHead(200, {
      ...Object.fromEntries(headers),
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      connection: 'close',
      'x-accel-buffering': 'no',
    });
    this.#heartbeat = setInterval(() => void this.#write(':\n\n'), HEARTBEAT_MS);
    this.#response.on('close', () => this.#close());
    // Who left before the stream began closes no more: that is told once whoever opens it can listen.
    if (this.#response.destroyed) queueMicrotask(() => this.#close());
    this.#response.on('error', () => this.#close());
    void this.#write(`retry: ${RETRY_MS}\n\n`);
  }

  /** Aborted once nobody reads any more. */
  get ended(): AbortSignal {
    return this.#ended.signal;
  }

  /** Resolves when there is room for more, or nobody reads any more. */
  send({ event, id, data }: ServerSentEvent): Promise<void> {
    return this.#write(`event: ${event}\n${id === undefined ? '' : `id: ${id}\n`}data: ${JSON.stringify(data)}\n\n`);
  }

  /** A reader that connects again goes on behind this. It has data, for readers that pass over an `id` alone would lose it. */
  moveTo(id: string): Promise<void> {
    return this.send({ event: 'position', id, data: {} });
  }

  /** Who does not take the rest within a second loses it. */
  end(): void {
    this.#response.end();
    setTimeout(() => this.#response.destroy(), LAST_MS).unref();
    this.#close();
  }

  async #write(text: string): Promise<void> {
    if (this.#ended.signal.aborted || this.#response.write(text)) return;
    // Not by AbortSignal.any: in Node 20 a timeout that only it refers to is collected before it is over.
    const patience = setTimeout(() => this.#response.destroy(), PATIENCE_MS);
    await once(this.#response, 'drain', { signal: this.#ended.signal }).catch(() => {});
    clearTimeout(patience);
  }

  #close(): void {
    clearInterval(this.#heartbeat);
    this.#ended.abort();
  }
}
