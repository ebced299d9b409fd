import type { FastifyReply } from 'fastify';
import { Fault } from '../refusals/fault.js';
import { EventStream } from './event-stream.js';

const MOST = 1_000;
const MOST_OF_ACCOUNT = 20;
const RETRY_AFTER_SECONDS = 10;

/** The answers of this gateway that go on: few of each account, and none beyond the gateway's own end. */
export class OpenStreams {
  readonly #accounts = new Map<string, Set<EventStream>>();
  #open = 0;
  #closed = false;

  /** @throws {Fault} 429 when the account, or all together, have as many as there may be. */
  open(accountId: string, reply: FastifyReply): EventStream {
    const streams = this.#accounts.get(accountId) ?? new Set();
    if (streams.size >= MOST_OF_ACCOUNT || this.#open >= MOST || this.#closed) {
      const message = `there are too many open streams: an account may have ${MOST_OF_ACCOUNT} at a gateway`;
      throw new Fault(429, message, { retryAfterSeconds: RETRY_AFTER_SECONDS });
    }
    const stream = new EventStream(reply);
    streams.add(stream);
    this.#accounts.set(accountId, streams);
    this.#open += 1;
    stream.ended.addEventListener('abort', () => {
      streams.delete(stream);
      this.#open -= 1;
      if (streams.size === 0) this.#accounts.delete(accountId);
    });
    return stream;
  }

  /** Ends all: who reads connects again, to another gateway. */
  close(): void {
    this.#closed = true;
    for (const streams of [...this.#accounts.values()]) for (const stream of [...streams]) stream.end();
  }
}
