import { statSync } from 'node:fs';
import { join } from 'node:path';
import { type Receiver, startReceiver } from '@sluice/testing/receiver';
import { eventually } from '@sluice/testing/stack/built-process';
import type { SluiceClient } from '@sluice/testing/stack/sluice-client';
import { Standalone } from '@sluice/testing/stack/standalone';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mainJob } from './src/main-job.js';

let sluice: Standalone;
let client: SluiceClient;
let receiver: Receiver;

beforeAll(async () => {
  [sluice, receiver] = await Promise.all([Standalone.start(), startReceiver()]);
  client = sluice.client;
});

afterAll(async () => {
  await sluice.remove();
  await receiver.close();
});

describe('npm start', () => {
  it('does the main job before your eyes', async () => {
    await eventually('the demonstration', async () => sluice.process.output.includes('signature verified'));
    expect(sluice.process.output).toMatch(/Delivered {4}POST .* \d+ ms/);
    expect(sluice.process.output.match(/^ *curl /gm)).toHaveLength(3);
  });

  it('leaves credentials that only their owner can read', () => {
    const path = join(sluice.directory, '.sluice', 'dev-credentials.json');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(sluice.credentials).toEqual({
      baseUrl: expect.stringMatching(/^http:/),
      accountId: expect.any(String),
      apiKey: expect.any(String),
      testApiKey: expect.any(String),
      adminKey: expect.any(String),
      baseId: expect.stringMatching(/^app[0-9A-Za-z]{14}$/),
      tableId: expect.stringMatching(/^tbl[0-9A-Za-z]{14}$/),
      fieldIds: Array(3).fill(expect.stringMatching(/^fld[0-9A-Za-z]{14}$/)),
      personalAccessToken: expect.stringMatching(/^pat/),
      readOnlyToken: expect.stringMatching(/^pat/),
      userApiKey: expect.stringMatching(/^key/),
    });
  });

  it('shows in the development inbox what arrived, headers and checked signature included', async () => {
    const { body } = await client.request('GET', '/dev/inbox.json');
    const { arrivals } = body as { arrivals: { headers: Record<string, string>; signature: unknown }[] };
    expect(arrivals[0]).toMatchObject({
      signature: { valid: true },
      headers: { 'webhook-id': expect.stringMatching(/^msg_/), 'x-airstack-webhook': expect.any(String) },
    });
    const page = await fetch(`${sluice.baseUrl}/dev/inbox`);
    expect(await page.text()).toContain('signature verified');
  });
});

mainJob(() => ({ client, adminKey: sluice.credentials.adminKey, receiver }));
