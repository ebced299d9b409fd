import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** One request as it came in, body complete. */
export interface Arrival {
  method: string;
  /** Path with query. */
  path: string;
  headers: IncomingHttpHeaders;
  body: Buffer;
  /** Milliseconds since the epoch. */
  at: number;
}

/**
 * What the receiver does with an arrival:
 * - a status, with headers and body if wanted;
 * - `hang`: reads and never answers;  `reset`: cuts the connection;
 * - `drip`: answers 200 and then a byte of body now and then, without end;
 * - `flood`: answers 200 and then as much body as is taken, without end.
 */
export type Answer =
  | { status: number; headers?: Record<string, string>; body?: string | Uint8Array; delayMs?: number }
  | 'hang'
  | 'reset'
  | 'drip'
  | 'flood';

const DRIP_INTERVAL_MS = 100;
const FLOOD = Buffer.alloc(64 * 1024, '.');

/** A real HTTP endpoint that keeps every arrival, for tests with few of them; ledger.ts is for many. */
export class Receiver {
  readonly arrivals: Arrival[] = [];
  private readonly server = createServer();
  private readonly sockets = new Set<Socket>();
  private readonly waiting = new Set<() => void>();
  private readonly unanswered = new Set<ServerResponse>();
  private decide: (arrival: Arrival) => Answer | Promise<Answer> = () => ({ status: 200 });

  private constructor(
    keepsArrivals: boolean,
    /** Where it listens. */
    private readonly host: string,
  ) {
    this.server.on('connection', (socket) => {
      this.sockets.add(socket);
      socket.once('close', () => this.sockets.delete(socket));
    });
    this.server.on('request', (request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('error', () => {});
      request.on('end', () => {
        const arrival: Arrival = {
          method: request.method ?? '',
          path: request.url ?? '',
          headers: request.headers,
          body: Buffer.concat(parts),
          at: Date.now(),
        };
        if (keepsArrivals) this.arrivals.push(arrival);
        const answer = this.decide(arrival);
        if (answer instanceof Promise) void answer.then((late) => this.reply(response, late));
        else this.reply(response, answer);
        for (const wake of this.waiting) wake();
      });
    });
  }

  /**
   * @param keepsArrivals false for whoever keeps books of his own in {@link answer}.
   * @param host an address of this machine; another than loopback for senders in containers.
   */
  static async start({ keepsArrivals = true, host = '127.0.0.1' } = {}): Promise<Receiver> {
    const receiver = new Receiver(keepsArrivals, host);
    receiver.server.listen(0, host);
    await once(receiver.server, 'listening');
    return receiver;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Connections that are open now. */
  get connections(): number {
    return this.sockets.size;
  }

  url(path = '/'): string {
    return `http://${this.host}:${this.port}${path}`;
  }

  /** From now on arrivals are answered so. */
  answer(decide: (arrival: Arrival) => Answer | Promise<Answer>): void {
    this.decide = decide;
  }

  /** Resolves with what fits once there are `count` such arrivals; rejects after `timeoutMs` and says what there was. */
  async waitFor(
    count: number,
    fits: (arrival: Arrival) => boolean = () => true,
    timeoutMs = 30_000,
  ): Promise<Arrival[]> {
    const found = () => this.arrivals.filter(fits);
    if (found().length >= count) return found();
    await new Promise<void>((resolve, reject) => {
      const done = (finish: () => void) => {
        clearTimeout(timer);
        this.waiting.delete(check);
        finish();
      };
      const check = () => {
        if (found().length >= count) done(resolve);
      };
      const timer = setTimeout(
        () => done(() => reject(new Error(`${found().length} of ${count} arrivals came within ${timeoutMs} ms`))),
        timeoutMs,
      );
      this.waiting.add(check);
    });
    return found();
  }

  /** Cuts the connections of all who wait for the end of an answer that never comes. */
  cutUnanswered(): void {
    for (const response of this.unanswered) response.socket?.resetAndDestroy();
  }

  async close(): Promise<void> {
    this.server.close();
    for (const socket of this.sockets) socket.destroy();
    if (this.server.listening) await once(this.server, 'close');
  }

  private reply(response: ServerResponse, answer: Answer): void {
    if (answer === 'reset') {
      response.socket?.resetAndDestroy();
      return;
    }
    if (typeof answer === 'object') {
      const send = () => {
        response.writeHead(answer.status, answer.headers);
        response.end(answer.body);
      };
      if (answer.delayMs === undefined) send();
      else setTimeout(send, answer.delayMs);
      return;
    }
    if (answer === 'flood') {
      flood(response);
      return;
    }
    this.unanswered.add(response);
    response.once('close', () => this.unanswered.delete(response));
    if (answer === 'drip') drip(response);
  }
}

function drip(response: ServerResponse): void {
  response.writeHead(200);
  const timer = setInterval(() => response.write('.'), DRIP_INTERVAL_MS);
  response.once('close', () => clearInterval(timer));
}

function flood(response: ServerResponse): void {
  response.writeHead(200);
  const pour = () => {
    while (!response.destroyed && response.write(FLOOD)) {
      // as long as it is taken
    }
  };
  response.on('drain', pour);
  pour();
}

export const startReceiver = (): Promise<Receiver> => Receiver.start();
