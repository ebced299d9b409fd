import type { Receiver } from '@sluice/testing/receiver';
import { AirtableClient } from '@sluice/testing/stack/airtable-client';
import { eventually } from '@sluice/testing/stack/built-process';
import { SluiceClient } from '@sluice/testing/stack/sluice-client';
import { type Cell, cellChanged, numberOfChange } from '@sluice/testing/stack/table-changes';
import { expect } from 'vitest';
import type { Load } from './load.js';

/** A base with two webhooks on everything: one is pinged at a healthy endpoint, one where nobody ever answers. */
export interface WatchedBase {
  cell: Cell;
  client: AirtableClient;
  healthy: { id: string; path: string };
  hanging: { id: string };
}

interface Answering {
  healthy: Receiver;
  hanging: Receiver;
}

interface Keys {
  apiKey: string;
  adminKey: string;
}

/** Makes a base as an administrator does, and its webhooks with a key of the account. */
export async function watchBase(
  baseUrl: string,
  { apiKey, adminKey }: Keys,
  number: number,
  { healthy, hanging }: Answering,
): Promise<WatchedBase> {
  const admin = new SluiceClient(baseUrl, `Bearer ${adminKey}`);
  const made = await admin.request('POST', '/v1/bases', JSON.stringify({ name: `Base ${number}` }));
  const baseId = String(made.body.id);
  const fields = [{ name: 'Name', type: 'singleLineText' }];
  const table = await admin.request('POST', `/v1/bases/${baseId}/tables`, JSON.stringify({ name: 'Tasks', fields }));
  const tableId = String(table.body.id);
  const [{ id: fieldId }] = table.body.fields as [{ id: string }];
  const client = new AirtableClient(baseUrl, baseId, apiKey);
  const options = { filters: { dataTypes: ['tableData'] } };
  const path = `/${baseId}`;
  const pinged = await client.create(options, healthy.url(path));
  const unanswered = await client.create(options, hanging.url(path));
  return {
    cell: { baseId, tableId, fieldId },
    client,
    healthy: { id: pinged.id, path },
    hanging: { id: unanswered.id },
  };
}

/** Changes go to the bases in turn. */
export const baseOf = (bases: readonly WatchedBase[], number: number): WatchedBase =>
  bases[number % bases.length] as WatchedBase;

/**
 * Every acknowledged change is in both lists of its base once, in the order of its publishing, and the numbers of payloads
 * and of transactions are as the contract has them. Waits for what is still to be recorded.
 */
export async function expectLists(bases: readonly WatchedBase[], load: Load): Promise<void> {
  for (const base of bases) {
    const expected = [...load.acknowledged].filter((number) => baseOf(bases, number) === base).sort((a, b) => a - b);
    const lists: { number: number; transaction: number }[][] = [];
    for (const { id } of [base.healthy, base.hanging]) {
      const { payloads, cursor } = await eventually(
        `${expected.length} payloads of ${id}`,
        async () => {
          const list = await base.client.payloads(id);
          return list.payloads.length >= expected.length && list;
        },
        120_000,
      );
      const told = payloads.map((payload) => ({
        number: numberOfChange(payload),
        transaction: (payload as { baseTransactionNumber: number }).baseTransactionNumber,
      }));
      expect(told.map(({ number }) => number)).toEqual(expected);
      expect(cursor).toBe(expected.length + 1);
      // Reading from the middle gives the same: a number belongs to one payload for good.
      const middle = Math.ceil(expected.length / 2);
      expect((await base.client.payloads(id, middle + 1)).payloads).toEqual(payloads.slice(middle));
      lists.push(told);
    }
    expect(lists[1]).toEqual(lists[0]);
    const transactions = lists[0]!.map(({ transaction }) => transaction);
    expect(transactions.every((transaction, index) => index === 0 || transaction > transactions[index - 1]!)).toBe(
      true,
    );
  }
}

/** After one more change in each base, each healthy endpoint is told. */
export async function expectPings(
  bases: readonly WatchedBase[],
  healthy: Receiver,
  client: SluiceClient,
): Promise<void> {
  for (const [index, { cell, healthy: pinged }] of bases.entries()) {
    const before = healthy.arrivals.filter(({ path }) => path === pinged.path).length;
    await client.publish(cellChanged(10_000_000 + index, cell));
    await healthy.waitFor(before + 1, ({ path }) => path === pinged.path, 60_000);
  }
}
