import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { createServer, get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { ownPort } from '@sluice/testing/own-port';
import { BuiltProcess } from '@sluice/testing/stack/built-process';
import { Standalone } from '@sluice/testing/stack/standalone';
import { afterEach, expect, it } from 'vitest';

let sluice: Standalone | null = null;

afterEach(async () => {
  await sluice?.remove();
  sluice = null;
});

it('says in one line that its port is taken', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  sluice = await Standalone.start();
  const second = new BuiltProcess('apps/standalone/dist/main.js', {
    PORT: String(port),
    SLUICE_DIRECTORY: `${sluice.directory}/second`,
  });
  second.start();
  expect(await second.ended()).not.toBe(0);
  other.close();
  expect(
    second.output
      .trim()
      .split('\n')
      .filter((line) => line.includes(String(port))),
  ).toHaveLength(1);
  expect(second.output).not.toMatch(/^\s+at /m);
});

it('says in one line that it runs on this folder already', async () => {
  sluice = await Standalone.start();
  const second = new BuiltProcess('apps/standalone/dist/main.js', {
    PORT: String(await ownPort()),
    SLUICE_DIRECTORY: join(sluice.directory, '.sluice'),
  });
  second.start();
  expect(await second.ended()).not.toBe(0);
  expect(second.output.trim().split('\n')).toEqual([expect.stringContaining(sluice.baseUrl.split(':').at(-1) ?? '')]);
  expect((await fetch(`${sluice.baseUrl}/readyz`)).status).toBe(200);
});

it('refuses to start without the key that the webhooks of this folder are encrypted with', async () => {
  sluice = await Standalone.start();
  await sluice.process.end('SIGTERM');
  rmSync(join(sluice.directory, '.sluice', 'secrets.json'));
  sluice.process.start();
  expect(await sluice.process.ended()).toBe(2);
  expect(sluice.process.output).toContain('is missing, and 1 webhooks still need it');
});

it('shows the inbox to this machine only', async () => {
  sluice = await Standalone.start();
  const { port } = new URL(sluice.baseUrl);
  const status = (host: string) =>
    new Promise((resolve, reject) => {
      get({ host: '127.0.0.1', port, path: '/dev/inbox.json', headers: { host } }, (response) => {
        response.resume();
        resolve(response.statusCode);
      }).on('error', reject);
    });
  expect(await status(`localhost:${port}`)).toBe(200);
  expect(await status('evil.example')).toBe(403);
});

it('drains on SIGINT, exits with 0, and starts again within seconds with the same credentials', async () => {
  sluice = await Standalone.start();
  const { credentials } = sluice;
  expect(await sluice.process.end('SIGINT')).toBe(0);
  await sluice.launch();
  expect(sluice.credentials).toEqual(credentials);
  expect((await sluice.client.request('GET', '/v1/webhooks')).status).toBe(200);
});

it('comes back after kill -9, on the data that it had', async () => {
  sluice = await Standalone.start();
  const { webhook_id } = await sluice.client.subscribe('http://127.0.0.1:9/', 'follow.created');
  await sluice.process.end('SIGKILL');
  await sluice.launch();
  expect((await sluice.client.unsubscribe(webhook_id)).status).toBe(200);
});

it('waits for a predecessor that is still draining', async () => {
  sluice = await Standalone.start();
  const ending = sluice.process.end('SIGTERM');
  await Promise.all([ending, sluice.launch()]);
  expect(sluice.process.running).toBe(true);
});
