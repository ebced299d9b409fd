import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { aChangeEvent, BASE, cellChange } from '../testing/samples.js';
import { Storage } from '../testing/storage.js';
import type { Note } from './note.js';
import { NotesRelay, type NotesRelayParts } from './notes-relay.js';

let storage: Storage;
let relays: NotesRelay[];
/** What the registry took, in order. */
let told: string[];
/** What the registry fails at: a subject, or what is said of it. */
let failing: Set<string>;
let calls: number;

beforeEach(async () => {
  storage = await Storage.open();
  [relays, told, failing, calls] = [[], [], new Set(), 0];
});

afterEach(async () => {
  await Promise.all(relays.map((relay) => relay.stop()));
  await storage.close();
});

const tell = async (subject: string, what: string): Promise<void> => {
  calls += 1;
  if (failing.has('everything') || failing.has(what)) throw new Error('the registry is away');
  told.push(`${subject}: ${what}`);
};

const registry: NotesRelayParts['registry'] = {
  learnSchema: async ({ baseId, tables }) => {
    await tell(baseId, tables.map(({ tableId }) => tableId).join());
    return {};
  },
  invalidateWebhook: async ({ webhookId, reason }) => {
    await tell(webhookId, reason);
    return { revision: 1 };
  },
};

function relay(): NotesRelay {
  const { pool, clock, logger } = storage;
  const made = new NotesRelay({ pool, clock, logger, registry });
  relays.push(made);
  made.start();
  return made;
}

const learnt = (baseId: string, tableId: string): Note => ({
  kind: 'schema_learnt',
  accountId: 'account-1',
  baseId,
  tables: [{ tableId, fields: [], views: [] }],
});
const invalid = (webhookId: string): Note => ({
  kind: 'webhook_invalid',
  accountId: 'account-1',
  webhookId,
  reason: 'ü\0',
});
const table = (number: number): string => `tbl${String(number).padStart(14, '0')}`;

let position = 0n;
async function record(notes: Note[]): Promise<void> {
  const { recorder } = storage.recorder();
  const { epoch } = await recorder.take(0);
  position += 1n;
  const event = aChangeEvent(cellChange(1), { position, id: `event-${position}` });
  const base = { accountId: 'account-1', baseId: BASE, given: false };
  recorder.event(epoch, event, 0, 0, { base, transaction: Number(position), lists: [], notes });
  await recorder.flushed();
}

const none = () => vi.waitFor(async () => expect(await storage.count('registry_note')).toBe(0), { timeout: 10_000 });

test('notes are told in their order by one dispatcher at a time, and go', async () => {
  await record(Array.from({ length: 250 }, (_, number) => learnt('base', table(number))));
  await record([invalid('webhook')]);
  relay();
  relay();
  await none();
  expect(told).toEqual([...Array.from({ length: 250 }, (_, number) => `base: ${table(number)}`), 'webhook: ü\0']);
});

test('a note that the registry can’t take holds back its own subject only', async () => {
  failing.add(table(1));
  await record([learnt('bad', table(1)), learnt('good', table(2)), learnt('bad', table(3)), invalid('webhook')]);
  relay();
  await vi.waitFor(() => expect(told).toEqual([`good: ${table(2)}`, 'webhook: ü\0']), { timeout: 10_000 });
  failing.clear();
  await none();
  expect(told.slice(2)).toEqual([`bad: ${table(1)}`, `bad: ${table(3)}`]);
});

test('however many subjects the registry can’t take notes of, the others are told, and those too once it can', async () => {
  for (const number of [1, 2, 3, 4]) failing.add(table(number));
  await record([...[1, 2, 3, 4].map((number) => learnt(`bad-${number}`, table(number))), invalid('webhook')]);
  relay();
  await vi.waitFor(() => expect(told).toEqual(['webhook: ü\0']), { timeout: 10_000 });
  failing.delete(table(3));
  await vi.waitFor(() => expect(told).toContain(`bad-3: ${table(3)}`), { timeout: 10_000 });
  failing.clear();
  await none();
  expect(told).toHaveLength(5);
});

test('while the registry is away it is asked seldom, notes wait, and after a while that is a problem', async () => {
  failing.add('everything');
  await record(Array.from({ length: 20 }, (_, number) => invalid(`webhook-${number}`)));
  const waiting = relay();
  await vi.waitFor(() => expect(calls).toBe(3));
  for (let wakes = 0; wakes < 10; wakes += 1) waiting.wake();
  expect(waiting.problem()).toBeNull();
  storage.clock.advance(31_000);
  await vi.waitFor(() => expect(waiting.problem()).toContain('the registry is away'), { timeout: 10_000 });
  expect(calls % 3).toBe(0);
  failing.clear();
  await none();
  await vi.waitFor(() => expect(waiting.problem()).toBeNull(), { timeout: 10_000 });
  expect(told).toHaveLength(20);
});

test('a note that can’t be read stays, is told of, and holds nobody else up', async () => {
  await storage.rows(
    `insert into dispatch.registry_note (kind, account_id, subject, content, created_at)
     values ('schema_learnt', 'account-1', 'base', 'no JSON', now() - interval '1 minute')`,
  );
  await record([invalid('webhook')]);
  const relaying = relay();
  await vi.waitFor(() => expect(told).toEqual(['webhook: ü\0']), { timeout: 10_000 });
  await vi.waitFor(() => expect(relaying.problem()).not.toBeNull(), { timeout: 10_000 });
  expect(await storage.count('registry_note')).toBe(1);
});
