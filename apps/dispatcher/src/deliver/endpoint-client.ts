import type { Socket } from 'node:net';
import { guardedConnector } from '@sluice/address-guard/guarded-connector';
import type { AddressPolicy } from '@sluice/address-guard/policy';
import { Agent } from 'undici';
import { type AttemptOwner, EndpointAttempt } from './endpoint-attempt.js';
import type { Work } from './work.js';

const CONNECT_MS = 5_000;
/** Shorter than the 5 s after which common servers close an idle connection: a request must not meet the close. */
const IDLE_MS = 4_000;
/** An endpoint that moves to other addresses is followed within this time. */
const LONGEST_CONNECTION_MS = 5 * 60_000;

const LAST_OF_CONNECTION = { reset: true };

/** One request to an endpoint, ready to be sent. */
export interface EndpointRequest {
  origin: string;
  /** With the query. */
  path: string;
  /** Name, value, name, value … */
  headers: string[];
  body: Uint8Array;
}

/**
 * Sends requests to endpoints: HTTP/1.1, no redirects, addresses guarded, one request at a time on a connection. Deadlines
 * are the caller's: it aborts what takes too long, so that no attempt needs a timer.
 */
export class EndpointClient {
  readonly #agent: Agent;
  readonly #owner: AttemptOwner;
  readonly #most: number;
  #connections = 0;

  /**
   * @param limits `slots`: as many connections to one origin as attempts may be under way, so that none waits behind
   * another's. `connections`: while there are so many in all, every request ends its connection, so that thousands
   * of endpoints can't use up all sockets: beyond so many there are only those of attempts under way.
   */
  constructor(policy: AddressPolicy, limits: { slots: number; connections: number }, owner: AttemptOwner) {
    this.#owner = owner;
    this.#most = limits.connections;
    const connect = guardedConnector(policy, { timeoutMs: CONNECT_MS });
    this.#agent = new Agent({
      connect: (options, callback) => {
        this.#connections += 1;
        connect(options, (...result) => {
          const socket = result[1];
          if (socket === null) this.#connections -= 1;
          else this.#countUntilClosed(socket);
          callback(...result);
        });
      },
      connections: limits.slots,
      pipelining: 1,
      allowH2: false,
      keepAliveTimeout: IDLE_MS,
      keepAliveMaxTimeout: IDLE_MS,
      clientTtl: LONGEST_CONNECTION_MS,
      headersTimeout: 0,
      bodyTimeout: 0,
    });
  }

  /** To endpoints: being made, in use, or kept for the next request. */
  get connections(): number {
    return this.#connections;
  }

  /** Makes the attempt for this work; its end is told to the owner, perhaps before this returns. */
  send(work: Work, request: EndpointRequest): void {
    const attempt = new EndpointAttempt(work, this.#owner);
    work.attempt = attempt;
    const isFull = this.#connections >= this.#most;
    this.#agent.dispatch({ ...request, method: 'POST', ...(isFull ? LAST_OF_CONNECTION : {}) }, attempt);
  }

  /** Cuts every connection. */
  async close(): Promise<void> {
    await this.#agent.destroy();
  }

  #countUntilClosed(socket: Socket): void {
    socket.once('close', () => {
      this.#connections -= 1;
    });
  }
}
