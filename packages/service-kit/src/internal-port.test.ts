import { once } from 'node:events';
import { request } from 'node:http';
import type { Commands, CommandTable } from '@sluice/contracts/commands';
import { afterEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { commandClient } from './command-client.js';
import { type InternalPort, openInternalPort } from './internal-port.js';
import { createLogger } from './logger.js';
import { createMetrics } from './metrics.js';
import { ServiceUnavailable } from './service-unavailable.js';

const shop = {
  order: {
    request: z.object({ article: z.string(), count: z.number().int().positive().default(1) }),
    response: z.object({ number: z.number().int(), note: z.string() }),
  },
  stock: { request: z.object({}), response: z.object({ articles: z.array(z.string()) }) },
} satisfies CommandTable;

/** A class, as services have them: its functions need their `this`. */
class Shop implements Commands<typeof shop> {
  #orders = 0;
  async order({ article, count }: { article: string; count: number }) {
    this.#orders += 1;
    return { number: this.#orders, note: `${count} ${article}` };
  }
  async stock() {
    return { articles: ['Ünïcødé ☃', 'a "quoted" one\n'] };
  }
}

const token = 'a-token-for-tests';
const lines: string[] = [];
const logger = createLogger({ service: 'shop', level: 'info', destination: { write: (line) => lines.push(line) } });
let port: InternalPort | undefined;

async function open(
  implementation: Commands<typeof shop> = new Shop(),
  problems: () => Promise<string[]> = async () => [],
) {
  port = await openInternalPort({
    host: '127.0.0.1',
    port: 0,
    token,
    logger,
    metrics: createMetrics(),
    problems,
    commands: [{ table: shop, implementation }],
  });
  return `http://127.0.0.1:${port.port}`;
}

const client = (baseUrl: string, given = token) => commandClient(shop, { baseUrl, token: given, timeoutMs: 5_000 });

afterEach(async () => {
  await port?.close();
  port = undefined;
  lines.length = 0;
});

const post = (url: string, headers: Record<string, string>, body: string) =>
  fetch(url, { method: 'POST', headers, body });

describe('a command', () => {
  test('goes round through both schemas', async () => {
    const { order, stock } = client(await open());
    expect(await order({ article: 'cup', count: 2 })).toEqual({ number: 1, note: '2 cup' });
    expect(await order({ article: '☕', count: 1 })).toEqual({ number: 2, note: '1 ☕' });
    expect(await stock({})).toEqual({ articles: ['Ünïcødé ☃', 'a "quoted" one\n'] });
  });

  test('of several tables is served by one port', async () => {
    const bank = { pay: { request: z.object({}), response: z.object({ paid: z.boolean() }) } } satisfies CommandTable;
    port = await openInternalPort({
      host: '127.0.0.1',
      port: 0,
      token,
      logger,
      metrics: createMetrics(),
      problems: async () => [],
      commands: [
        { table: shop, implementation: new Shop() },
        { table: bank, implementation: { pay: async () => ({ paid: true }) } },
      ],
    });
    const baseUrl = `http://127.0.0.1:${port.port}`;
    expect(await commandClient(bank, { baseUrl, token, timeoutMs: 5_000 }).pay({})).toEqual({ paid: true });
    expect(await client(baseUrl).order({ article: 'cup', count: 1 })).toMatchObject({ number: 1 });
  });

  test('outside its schema is not sent', async () => {
    const { order } = client(await open());
    await expect(order({ article: 'cup', count: -1 })).rejects.toThrow(z.ZodError);
  });

  test('outside its schema is refused by the server too', async () => {
    const baseUrl = await open();
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    for (const body of ['{"article":1}', '{"article":', 'null', '[]']) {
      const response = await post(`${baseUrl}/internal/order`, headers, body);
      expect(response.status).toBe(400);
    }
  });

  test.each([
    ['no token', {}],
    ['another token', { authorization: 'Bearer another' }],
    ['a part of the token', { authorization: `Bearer ${token.slice(0, -1)}` }],
    ['another scheme', { authorization: `Basic ${token}` }],
    ['the bare token', { authorization: token }],
  ])('with %s is refused before its body is read', async (_what, headers: Record<string, string>) => {
    const baseUrl = await open();
    const response = await post(
      `${baseUrl}/internal/order`,
      { 'content-type': 'application/json', ...headers },
      '{broken',
    );
    expect(response.status).toBe(401);
  });

  test('over 8 MiB is refused by its announced length', async () => {
    const { hostname, port } = new URL(await open());
    const sent = request({
      hostname,
      port,
      path: '/internal/order',
      method: 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        'content-length': 8 * 1024 * 1024 + 1,
      },
    });
    sent.flushHeaders();
    const [response] = await once(sent, 'response');
    expect(response.statusCode).toBe(413);
    sent.destroy();
  });

  test('that breaks is logged there and says nothing here', async () => {
    const broken = Object.assign(new Shop(), { order: () => Promise.reject(new Error('the table orders is gone')) });
    const failure = client(await open(broken)).order({ article: 'cup', count: 1 });
    await expect(failure).rejects.toThrow(ServiceUnavailable);
    await expect(failure).rejects.toThrow(/answered 500/);
    await expect(failure).rejects.not.toThrow(/orders/);
    expect(lines.join('')).toContain('the table orders is gone');
  });

  test('whose answer does not fit the schema is never passed on', async () => {
    const wrong = Object.assign(new Shop(), { order: async () => ({ number: 1.5, note: 'x' }) });
    await expect(client(await open(wrong)).order({ article: 'cup', count: 1 })).rejects.toThrow(ServiceUnavailable);
  });

  test('that needs what is away passes that on', async () => {
    const waiting = Object.assign(new Shop(), { order: () => Promise.reject(new ServiceUnavailable('no database')) });
    await expect(client(await open(waiting)).order({ article: 'cup', count: 1 })).rejects.toMatchObject({
      name: 'ServiceUnavailable',
      canRetry: true,
      message: expect.stringContaining('answered 503'),
    });
  });
});

describe('the client says ServiceUnavailable', () => {
  test('when nobody listens', async () => {
    const baseUrl = await open();
    await port?.close();
    port = undefined;
    await expect(client(baseUrl).stock({})).rejects.toMatchObject({
      name: 'ServiceUnavailable',
      canRetry: true,
      message: expect.stringContaining('ECONNREFUSED'),
    });
  });

  test('when there is no answer in time', async () => {
    const silent = Object.assign(new Shop(), { stock: () => new Promise<never>(() => {}) });
    const baseUrl = await open(silent);
    const impatient = commandClient(shop, { baseUrl, token, timeoutMs: 50 });
    await expect(impatient.stock({})).rejects.toMatchObject({ name: 'ServiceUnavailable', canRetry: true });
  });

  test('and not to try again, when the token is wrong', async () => {
    const stranger = client(await open(), 'another');
    await expect(stranger.stock({})).rejects.toMatchObject({ name: 'ServiceUnavailable', canRetry: false });
  });
});

describe('the wiring is proved when the port opens', () => {
  test('a command without an implementation', async () => {
    const half = { order: new Shop().order } as unknown as Commands<typeof shop>;
    await expect(open(half)).rejects.toThrow('The command stock has no implementation');
  });

  test('a command with two', async () => {
    const commands = [
      { table: shop, implementation: new Shop() },
      { table: shop, implementation: new Shop() },
    ] as const;
    const options = { host: '127.0.0.1', port: 0, token, logger, metrics: createMetrics(), problems: async () => [] };
    await expect(openInternalPort({ ...options, commands })).rejects.toThrow(
      'The command order has two implementations',
    );
    await expect(openInternalPort({ ...options, token: '', commands: [] })).rejects.toThrow('needs a token');
  });
});

describe('health', () => {
  test('live as soon as it answers', async () => {
    const response = await fetch(`${await open()}/livez`);
    expect(response.status).toBe(200);
  });

  test('ready when there are no problems', async () => {
    const response = await fetch(`${await open()}/readyz`);
    expect([response.status, await response.json()]).toEqual([200, { ready: true }]);
  });

  test('not ready otherwise, and says why', async () => {
    const response = await fetch(`${await open(new Shop(), async () => ['stream: away', 'index: 6 s old'])}/readyz`);
    expect([response.status, await response.json()]).toEqual([
      503,
      { ready: false, problems: ['stream: away', 'index: 6 s old'] },
    ]);
  });

  test('not ready when the state can’t be read', async () => {
    const response = await fetch(`${await open(new Shop(), () => Promise.reject(new Error('no database')))}/readyz`);
    expect([response.status, await response.json()]).toEqual([
      503,
      { ready: false, problems: ['the state could not be read: no database'] },
    ]);
  });

  test('metrics are those of the process and of the service', async () => {
    const response = await fetch(`${await open()}/metrics`);
    expect(response.headers.get('content-type')).toContain('text/plain');
    expect(await response.text()).toContain('process_cpu_seconds_total');
  });
});
