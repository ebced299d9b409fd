import { fileURLToPath } from 'node:url';
import { describePython, PythonEnvironment } from '@sluice/testing/python/python-environment';
import { type Receiver, startReceiver } from '@sluice/testing/receiver';
import { Standalone } from '@sluice/testing/stack/standalone';
import { cellChanged } from '@sluice/testing/stack/table-changes';
import { AirtableClient } from 'ts-airtable';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** Public clients of Airtable run their own webhook methods against Sluice, with nothing changed but the address. */
const CHANGES = 120;
const flow = fileURLToPath(new URL('src/clients/pyairtable_flow.py', import.meta.url));
const WEEK_MS = 7 * 86_400_000;

let sluice: Standalone;
let receiver: Receiver;
let published = 0;

beforeAll(async () => {
  [sluice, receiver] = await Promise.all([Standalone.start(), startReceiver()]);
});

afterAll(async () => {
  await sluice.remove();
  await receiver.close();
});

const specification = () => ({
  options: {
    filters: { dataTypes: ['tableData'], recordChangeScope: sluice.credentials.tableId },
    includes: { includePreviousCellValues: true },
  },
});

async function publishChanges(): Promise<void> {
  const { baseId, tableId, fieldIds } = sluice.credentials;
  const events = Array.from({ length: CHANGES }, (_, index) =>
    cellChanged(published + index, { baseId, tableId, fieldId: fieldIds[0]! }),
  );
  published += CHANGES;
  expect((await sluice.client.publishBatch(events)).status).toBe(202);
}

describePython('pyairtable', () => {
  it('creates, lists, toggles, reads several pages, refreshes, verifies a ping and deletes', async () => {
    const python = await PythonEnvironment.having(['pyairtable==3.5.0.post1']);
    const { baseId, personalAccessToken, tableId } = sluice.credentials;
    const ask = <T>(command: string, ...args: string[]): Promise<T> =>
      python.json<T>(flow, command, sluice.baseUrl, personalAccessToken, baseId, ...args);

    const created = await ask<{ id: string; secret: string; expires: string }>(
      'create',
      receiver.url('/py'),
      JSON.stringify(specification()),
    );
    expect(created.id).toMatch(/^ach[0-9A-Za-z]{14}$/);
    expect(Buffer.from(created.secret, 'base64')).toHaveLength(128);
    expect(Date.parse(created.expires) - Date.now()).toBeGreaterThan(WEEK_MS - 60_000);
    expect(await ask('list')).toEqual([
      {
        id: created.id,
        notifying: true,
        enabled: true,
        cursor: 1,
        expires: created.expires,
        success: null,
        dataTypes: ['tableData'],
      },
    ]);

    await publishChanges();
    const pages = await ask<{ cursor: number; number: number; source: string; tables: string[] }[]>(
      'pages',
      created.id,
    );
    expect(pages.map(({ cursor }) => cursor)).toEqual(Array.from({ length: CHANGES }, (_, index) => index + 1));
    expect(pages.every(({ source, tables }) => source === 'client' && tables[0] === tableId)).toBe(true);
    const numbers = pages.map(({ number }) => number);
    expect(numbers).toEqual([...numbers].sort((a, b) => a - b));

    await receiver.waitFor(1, ({ path }) => path === '/py');
    const { body, headers } = receiver.arrivals.find(({ path }) => path === '/py')!;
    const mac = String(headers['x-airtable-content-mac']);
    expect(await python.json(flow, 'verify', body.toString('ascii'), mac, created.secret)).toEqual({
      base: baseId,
      webhook: created.id,
    });
    await expect(python.json(flow, 'verify', `${body.toString('ascii')} `, mac, created.secret)).rejects.toThrow(
      'failed validation',
    );

    expect(await ask('toggle', created.id)).toEqual({ off: false, on: true });
    const { before, after } = await ask<{ before: string; after: string }>('refresh', created.id);
    expect(Date.parse(after)).toBeGreaterThan(Date.parse(before));
    expect(await ask('delete', created.id)).toEqual([]);
  });
});

describe('ts-airtable', () => {
  it('creates, lists, reads several pages, refreshes and deletes', async () => {
    const { baseId, personalAccessToken } = sluice.credentials;
    const { webhooks } = new AirtableClient({
      apiKey: personalAccessToken,
      baseId,
      endpointUrl: sluice.baseUrl,
      // Seven calls within a second are more than a base takes: the client waits as it is told.
      noRetryIfRateLimited: false,
    });
    const created = await webhooks.createWebhook({
      notificationUrl: receiver.url('/ts'),
      specification: specification(),
    });
    const listed = await webhooks.listWebhooks();
    expect(listed.webhooks.map(({ id }) => id)).toContain(created.id);
    await publishChanges();
    const seen: number[] = [];
    let cursor = 1;
    for (let more = true; more; ) {
      const page = await webhooks.listWebhookPayloads(created.id, { cursor, limit: 50 });
      seen.push(page.payloads.length);
      cursor = page.cursor ?? Number.NaN;
      more = page.mightHaveMore === true;
    }
    expect(seen).toEqual([50, 50, 20]);
    expect(cursor).toBe(CHANGES + 1);
    await receiver.waitFor(1, ({ path }) => path === '/ts');
    const refreshed = await webhooks.refreshWebhook(created.id);
    expect(Date.parse(refreshed.expirationTime ?? '')).toBeGreaterThan(Date.parse(created.expirationTime ?? ''));
    await webhooks.deleteWebhook(created.id);
    expect((await webhooks.listWebhooks()).webhooks.map(({ id }) => id)).not.toContain(created.id);
  });
});
