import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { monotonicMs } from '../monotonic.js';

/** Paths that get no answer from now on; everything that was counted is forgotten. */
interface Reset {
  ask: 'reset';
  hanging: readonly string[];
}
export type ReceiverQuestion = Reset | { ask: 'count' } | { ask: 'arrivals' };

export interface ReceiverAnswer {
  count: number;
  /** Of the first arrival, {@link monotonicMs}. */
  firstMs: number | null;
  /** First arrival of each event whose id begins with `timed-`; only when asked for. */
  arrivals?: Record<string, number>;
}

/** Answers 200 to everything, at once, and counts. The less it does, the more the figures say about the sender. */
let count = 0;
let firstMs: number | null = null;
let arrivals: Record<string, number> = {};
let hanging = new Set<string>();

function arrived(url: string, id: unknown, response: ServerResponse): void {
  count += 1;
  firstMs ??= monotonicMs();
  if (typeof id === 'string' && id.startsWith('timed-')) arrivals[id] ??= monotonicMs();
  if (!hanging.has(url)) response.writeHead(200).end();
}

const server = createServer((request, response) => {
  request.resume();
  request.on('end', () => arrived(request.url ?? '', request.headers['ce-id'], response));
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }));
process.on('message', (question: ReceiverQuestion) => {
  if (question.ask === 'reset') {
    [count, firstMs, arrivals, hanging] = [0, null, {}, new Set(question.hanging)];
  }
  process.send?.({ count, firstMs, ...(question.ask === 'arrivals' ? { arrivals } : {}) });
});
process.on('disconnect', () => process.exit(0));
