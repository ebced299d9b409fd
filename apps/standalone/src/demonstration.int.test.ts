import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SluiceClient } from '@sluice/testing/stack/sluice-client';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { demonstrate } from './demonstration.js';
import { Inbox } from './inbox/inbox.js';
import { InboxReceiver } from './inbox/inbox-receiver.js';
import { type ServicesTogether, servicesTogether } from './testing/services-together.js';

let services: ServicesTogether;
let directory: string;

beforeAll(async () => {
  services = await servicesTogether();
  directory = mkdtempSync(join(tmpdir(), 'demonstration-'));
});
afterAll(async () => {
  await services.close();
  rmSync(directory, { recursive: true });
});

it('tells of the delivery to its own webhook, also where another one gets the event first', async () => {
  const inbox = new Inbox();
  const mine = inbox.next(({ path }) => path === '/mine', 20_000);
  // The signature of an arrival is checked before it is in the inbox: the demonstration's comes second.
  const receiver = await InboxReceiver.open(0, inbox, async (url) => {
    if (url.endsWith('/demonstration')) await mine;
    return [];
  });
  const { baseUrl, apiKey, operatorKey: adminKey, developmentBase } = services;
  await new SluiceClient(baseUrl, apiKey).subscribe(receiver.url('/mine'), 'follow.created');
  const lines: string[] = [];
  await demonstrate({
    credentials: { baseUrl, accountId: '', apiKey, testApiKey: '', adminKey, ...developmentBase },
    inbox,
    endpoint: receiver.url('/demonstration'),
    directory,
    say: (line) => lines.push(line),
  });
  expect(lines).toContainEqual(expect.stringMatching(/^Delivered {4}POST \/demonstration, /));
  const link = lines.at(-1)?.replace(/^Portal +/, '') ?? '';
  const portal = await fetch(link, { redirect: 'manual' });
  expect([portal.status, portal.headers.get('location')]).toEqual([303, '/portal']);
  await receiver.close();
});
