import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { DispatcherProcess } from '../testing/dispatcher-process.js';
import { DispatcherUnderTest, PARTITIONS } from '../testing/dispatcher-under-test.js';
import { aWebhook } from '../testing/samples.js';

const KINDS = ['hang', 'drip', 'reset', 'huge'] as const;
/** Of each kind, each an origin of its own. */
const ENDPOINTS = 500;
const EVENTS = 10;
const GOOD_EVENTS = 100;
const KIB = 1024;
/** What is alive after a collection can't be more: the process would end. */
const HEAP_MIB = 128;

/** Misbehaves on every address of the machine itself, in the way that the path says. */
class Hostile {
  readonly arrivals = { hang: 0, drip: 0, reset: 0, huge: 0 };
  readonly #server = createServer((request, response) => {
    request.resume();
    const kind = request.url?.slice(1) as (typeof KINDS)[number];
    this.arrivals[kind] += 1;
    if (kind === 'reset') response.socket?.resetAndDestroy();
    else if (kind === 'drip') drip(response);
    else if (kind === 'huge') flood(response);
  });

  async open(): Promise<number> {
    this.#server.listen(0, '0.0.0.0');
    await once(this.#server, 'listening');
    return (this.#server.address() as AddressInfo).port;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

function drip(response: ServerResponse): void {
  response.writeHead(200);
  const timer = setInterval(() => response.write('.'), 100);
  response.once('close', () => clearInterval(timer));
}

/** As much as is read, without end. */
function flood(response: ServerResponse): void {
  response.writeHead(200);
  const more = () => {
    while (!response.destroyed && response.write(Buffer.alloc(64 * KIB)));
  };
  response.on('drain', more);
  more();
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

let sluice: DispatcherUnderTest;
let dispatcher: DispatcherProcess;
let internalPort: number;
const hostile = new Hostile();

beforeEach(async () => {
  sluice = await DispatcherUnderTest.create();
  internalPort = await freePort();
  dispatcher = await DispatcherProcess.create(sluice.feed, {
    DATABASE_URL: sluice.database.url,
    EVENT_PARTITIONS: String(PARTITIONS),
    INTERNAL_PORT: String(internalPort),
    NODE_OPTIONS: `--max-old-space-size=${HEAP_MIB}`,
  });
});
afterEach(async () => {
  await dispatcher.close();
  hostile.close();
  await sluice.close();
});

/** The values of the dispatcher's gauges now, by name. */
async function gauges(): Promise<Map<string, number>> {
  const text = await (await fetch(`http://127.0.0.1:${internalPort}/metrics`)).text();
  return new Map([...text.matchAll(/^(\w+) ([\d.e+]+)$/gm)].map(([, name, value]) => [name!, Number(value)]));
}

test('memory and sockets stay bounded whatever thousands of endpoints do, and others are served', async () => {
  const port = await hostile.open();
  for (const kind of KINDS) {
    const endpointOf = (number: number) =>
      `http://127.${KINDS.indexOf(kind) + 1}.${number >> 8}.${number & 255}:${port}/${kind}`;
    sluice.feed.putAll(
      Array.from({ length: ENDPOINTS }, (_, number) =>
        aWebhook({ id: `${kind}-${number}`, eventType: kind, endpoint: endpointOf(number) }),
      ),
    );
  }
  sluice.webhook({ id: 'good', eventType: 'good' });
  dispatcher.start();
  const highest = new Map<string, number>();
  const measure = async (): Promise<void> => {
    for (const [name, value] of await gauges()) highest.set(name, Math.max(value, highest.get(name) ?? 0));
  };
  await vi.waitFor(measure, { timeout: 30_000, interval: 100 });

  const data = JSON.stringify({ padding: 'x'.repeat(16 * KIB) });
  for (let event = 0; event < EVENTS; event += 1) {
    for (const type of KINDS) await sluice.publish({ type, data, subject: `${event}` });
    for (let good = 0; good < GOOD_EVENTS / EVENTS; good += 1) await sluice.publish({ type: 'good' });
    await measure();
  }
  await vi.waitFor(
    async () => {
      await measure();
      expect(sluice.receiver.arrivals).toHaveLength(GOOD_EVENTS);
      expect(await sluice.behind()).toBe(0n);
      for (const kind of KINDS) expect(hostile.arrivals[kind]).toBeGreaterThan(50);
    },
    { timeout: 120_000, interval: 100 },
  );

  const most = (name: string) => highest.get(name) ?? Number.NaN;
  // Of each partition one event may go beyond the bound, with all its deliveries.
  expect(most('sluice_open_deliveries')).toBeLessThanOrEqual(4_096 + PARTITIONS * ENDPOINTS);
  expect(most('sluice_deliveries_in_hand')).toBeLessThanOrEqual(4_096 + PARTITIONS * ENDPOINTS + 640);
  expect(most('sluice_attempts_under_way')).toBeLessThanOrEqual(512);
  expect(most('sluice_unrecorded')).toBeLessThanOrEqual(1_024);
  // Kept for the next request, of which endpoint-client.test.ts has the bound, and in use.
  expect(most('sluice_endpoint_connections')).toBeLessThanOrEqual(4_096 + 512);
  expect(most('process_resident_memory_bytes')).toBeLessThan(512 * KIB * KIB);
}, 180_000);
