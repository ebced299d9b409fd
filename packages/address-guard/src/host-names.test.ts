import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type NameServer, startNameServer } from '../test/name-server.js';
import { HostNames } from './host-names.js';
import { parseHosts } from './hosts-file.js';

let server: NameServer;
let folder: string;
let hostsFile: string;
let now: number;
let names: HostNames;

beforeEach(async () => {
  server = await startNameServer();
  folder = await mkdtemp(join(tmpdir(), 'hosts-'));
  hostsFile = join(folder, 'hosts');
  now = 0;
  names = new HostNames({ servers: [server.address], hostsFile, now: () => now });
});

afterEach(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

describe('the hosts file', () => {
  test('comes before DNS', async () => {
    await writeFile(hostsFile, '127.0.0.1 localhost\n10.1.2.3\tHook.test other # a comment\nfd00::3 hook.test\n');
    server.zones.set('hook.test', { addresses: ['8.8.8.8'] });
    expect(await names.addresses('hook.test.')).toEqual(['10.1.2.3', 'fd00::3']);
    expect(await names.addresses('localhost')).toEqual(['127.0.0.1']);
    expect(server.questions).toEqual([]);
  });

  test('that is not there leaves localhost what it is by definition', async () => {
    expect(await names.addresses('localhost')).toEqual(['127.0.0.1', '::1']);
    expect(await names.addresses('hooks.localhost')).toEqual(['127.0.0.1', '::1']);
    expect(server.questions).toEqual([]);
  });

  test('may hold lines of no meaning', () => {
    expect(parseHosts('# 1.1.1.1 a\n\n999.1.1.1 b\n1.1.1.1\r\n 2.2.2.2  c # d\r\n')).toEqual(
      new Map([['c', ['2.2.2.2']]]),
    );
  });
});

describe('DNS', () => {
  test('gives both families, IPv4 first', async () => {
    server.zones.set('hook.test', { addresses: ['2606:4700::1', '8.8.8.8', '8.8.4.4'] });
    expect(await names.addresses('hook.test')).toEqual(['8.8.8.8', '8.8.4.4', '2606:4700::1']);
  });

  test('is asked once for askers at the same time, and again after the time to live', async () => {
    server.zones.set('hook.test', { addresses: ['8.8.8.8'], ttl: 10 });
    await Promise.all([names.addresses('hook.test'), names.addresses('hook.test'), names.addresses('HOOK.test.')]);
    now = 9_999;
    await names.addresses('hook.test');
    expect(server.questions.sort()).toEqual(['A hook.test', 'AAAA hook.test']);
    now = 10_000;
    server.zones.set('hook.test', { addresses: ['8.8.4.4'] });
    expect(await names.addresses('hook.test')).toEqual(['8.8.4.4']);
  });

  test.each([
    [86_400, 60_000],
    [0, 1_000],
  ])('keeps an answer with a time to live of %d s for %d ms', async (ttl, keptMs) => {
    server.zones.set('hook.test', { addresses: ['8.8.8.8'], ttl });
    await names.addresses('hook.test');
    now = keptMs - 1;
    await names.addresses('hook.test');
    expect(server.questions).toHaveLength(2);
    now = keptMs;
    await names.addresses('hook.test');
    expect(server.questions).toHaveLength(4);
  });

  test('says ENOTFOUND of a name without addresses, and is asked again after five seconds', async () => {
    server.zones.set('empty.test', {});
    for (const name of ['none.test', 'empty.test']) {
      await expect(names.addresses(name)).rejects.toMatchObject({ code: 'ENOTFOUND' });
    }
    server.zones.set('none.test', { addresses: ['8.8.8.8'] });
    now = 4_999;
    await expect(names.addresses('none.test')).rejects.toMatchObject({ code: 'ENOTFOUND' });
    now = 5_000;
    expect(await names.addresses('none.test')).toEqual(['8.8.8.8']);
  });

  test('that fails is a passing fault, asked again at once', async () => {
    server.zones.set('hook.test', { code: 2 });
    await expect(names.addresses('hook.test')).rejects.toMatchObject({ code: 'ESERVFAIL' });
    server.zones.set('hook.test', { addresses: ['8.8.8.8'] });
    expect(await names.addresses('hook.test')).toEqual(['8.8.8.8']);
  });

  test('that never answers for one family does not keep the other back', async () => {
    server.zones.set('hook.test', { addresses: ['8.8.8.8'], silent: ['AAAA'] });
    expect(await names.addresses('hook.test')).toEqual(['8.8.8.8']);
  });
});
