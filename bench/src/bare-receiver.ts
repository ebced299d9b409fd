import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * A process of its own that answers 200 to everything and, asked by its parent, tells what arrived: how many, and for each
 * event id of a latency run when.
 */
let count = 0;
let arrivals: Record<string, number> = {};

const server = createServer((request, response) => {
  request.resume();
  request.on('end', () => {
    count++;
    const id = request.headers['ce-id'];
    if (typeof id === 'string' && id.startsWith('latency-')) arrivals[id] ??= Date.now();
    response.writeHead(200).end();
  });
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }));
process.on('message', (ask: 'report' | 'reset') => {
  if (ask === 'reset') {
    count = 0;
    arrivals = {};
  }
  process.send?.({ count, arrivals });
});
process.on('disconnect', () => process.exit(0));
