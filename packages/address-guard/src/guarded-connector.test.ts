import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Agent, request } from 'undici';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type NameServer, startNameServer } from '../test/name-server.js';
import { parseCidrs } from './cidr.js';
import { guardedConnector } from './guarded-connector.js';
import { guardedLookup } from './guarded-lookup.js';
import { HostNames } from './host-names.js';
import type { AddressPolicy } from './policy.js';

let nameServer: NameServer;
let names: HostNames;
let receiver: Server;
let port: number;
let connections: number;
let agents: Agent[];

beforeEach(async () => {
  nameServer = await startNameServer();
  names = new HostNames({ servers: [nameServer.address], hostsFile: '/nowhere' });
  agents = [];
  connections = 0;
  receiver = createServer((_request, response) => response.end('arrived'));
  receiver.on('connection', () => {
    connections += 1;
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  port = (receiver.address() as AddressInfo).port;
});

afterEach(async () => {
  await Promise.all(agents.map((agent) => agent.destroy()));
  await new Promise((resolve) => receiver.close(resolve));
  await nameServer.close();
});

const allowing = (ranges: string, refusedPorts: number[] = []): AddressPolicy => ({
  allow: parseCidrs(ranges),
  refusedPorts: () => new Set(refusedPorts),
});

async function send(url: string, policy: AddressPolicy): Promise<string> {
  const agent = new Agent({ connect: guardedConnector(policy, { names }) });
  agents.push(agent);
  const { body } = await request(url, { dispatcher: agent });
  return body.text();
}

const REFUSED = { name: 'RefusedAddress', code: 'ERR_REFUSED_ADDRESS' };

describe('a request through undici', () => {
  test('arrives where the policy allows it, by address and by name', async () => {
    const policy = allowing('127.0.0.0/8,::1');
    nameServer.zones.set('hook.test', { addresses: ['127.0.0.1'] });
    expect(await send(`http://127.0.0.1:${port}/`, policy)).toBe('arrived');
    expect(await send(`http://hook.test:${port}/`, policy)).toBe('arrived');
    expect(await send(`http://localhost:${port}/`, policy)).toBe('arrived');
  });

  test('to a name of a refused address never connects', async () => {
    nameServer.zones.set('hook.test', { addresses: ['127.0.0.1'] });
    await expect(send(`http://hook.test:${port}/`, allowing(''))).rejects.toMatchObject({
      ...REFUSED,
      message: 'the host hook.test: the address 127.0.0.1 is loopback',
    });
    expect(connections).toBe(0);
  });

  test.each([
    ['IPv4', ['127.0.0.1', '10.0.0.1']],
    ['the other family', ['127.0.0.1', 'fd00::1']],
    ['IPv4 in IPv6', ['127.0.0.1', '::ffff:169.254.169.254']],
  ])('to a name with one bad address among good ones never connects: %s', async (_what, addresses) => {
    nameServer.zones.set('hook.test', { addresses });
    await expect(send(`http://hook.test:${port}/`, allowing('127.0.0.1'))).rejects.toMatchObject(REFUSED);
    expect(connections).toBe(0);
  });

  test('follows a name that moves to a refused address no further', async () => {
    let now = 0;
    names = new HostNames({ servers: [nameServer.address], hostsFile: '/nowhere', now: () => now });
    nameServer.zones.set('hook.test', { addresses: ['127.0.0.1'], ttl: 1 });
    const policy = allowing('127.0.0.1');
    expect(await send(`http://hook.test:${port}/`, policy)).toBe('arrived');
    nameServer.zones.set('hook.test', { addresses: ['127.0.0.2'], ttl: 1 });
    now = 1_000;
    await expect(send(`http://hook.test:${port}/`, policy)).rejects.toMatchObject(REFUSED);
    expect(connections).toBe(1);
  });

  test('to our own port by a name is cut before a byte is sent', async () => {
    nameServer.zones.set('hook.test', { addresses: ['127.0.0.1'] });
    let requests = 0;
    receiver.on('request', () => {
      requests += 1;
    });
    await expect(send(`http://hook.test:${port}/`, allowing('127.0.0.1', [port]))).rejects.toMatchObject(REFUSED);
    expect(requests).toBe(0);
  });

  test('keeps the fault of a look-up: it may pass', async () => {
    nameServer.zones.set('broken.test', { code: 2 });
    await expect(send('http://broken.test/', allowing(''))).rejects.toMatchObject({ code: 'ESERVFAIL' });
    await expect(send('http://none.test/', allowing(''))).rejects.toMatchObject({ code: 'ENOTFOUND' });
  });
});

describe('the look-up alone', () => {
  const look = (hostname: string, options: { all?: boolean; family?: 4 | 6 }, policy: AddressPolicy) =>
    new Promise((resolve, reject) => {
      guardedLookup(policy, names)(hostname, options, (error, address, family) =>
        error === null ? resolve(family === undefined ? address : [address, family]) : reject(error),
      );
    });

  test('answers one address or all of them, of the family asked for', async () => {
    nameServer.zones.set('hook.test', { addresses: ['8.8.8.8', '2606:4700::1'] });
    const policy = allowing('');
    expect(await look('hook.test', {}, policy)).toEqual(['8.8.8.8', 4]);
    expect(await look('hook.test', { family: 6 }, policy)).toEqual(['2606:4700::1', 6]);
    expect(await look('hook.test', { all: true }, policy)).toEqual([
      { address: '8.8.8.8', family: 4 },
      { address: '2606:4700::1', family: 6 },
    ]);
  });

  test('refuses for a bad address of a family that was not asked for', async () => {
    nameServer.zones.set('hook.test', { addresses: ['8.8.8.8', '::1'] });
    await expect(look('hook.test', { family: 4 }, allowing(''))).rejects.toMatchObject(REFUSED);
  });

  test('judges an address that is given in place of a name', async () => {
    await expect(look('10.0.0.1', {}, allowing(''))).rejects.toMatchObject(REFUSED);
    expect(await look('8.8.8.8', {}, allowing(''))).toEqual(['8.8.8.8', 4]);
  });
});
