import type { TableChange } from '@sluice/contracts/table-change';
import { expect, test } from 'vitest';
import type { IdentifiedEvent } from '../model/delivery.js';
import { OpenPartition } from '../partitions/open-partition.js';
import type { BaseChange } from '../record/base-change.js';
import type { RecordedBase } from '../record/read-bases.js';
import { aBaseWebhook, aChangeEvent, BASE, cellChange, FIELD, TABLE } from '../testing/samples.js';
import { TimeSlices } from '../waiting/time-slices.js';
import { WebhookIndex } from '../webhooks/webhook-index.js';
import { PayloadGenerator } from './payload-generator.js';

const recordedAt = (base: Partial<RecordedBase> = {}): RecordedBase => ({
  accountId: 'account-1',
  baseId: BASE,
  partition: 0,
  given: false,
  lastTransaction: 4,
  lastPosition: 10n,
  ...base,
});

/** What is recorded when the partition is taken, and how often it was looked at. */
function generating({ bases = [] as RecordedBase[], closed = [] as string[], deadLetters = [] as bigint[] } = {}) {
  const index = new WebhookIndex({ error: () => {} });
  const asked = { bases: 0, flushed: 0 };
  const generator = new PayloadGenerator({
    index,
    slices: new TimeSlices(),
    logger: { error: () => {} },
    recording: {
      bases: async (names) => {
        asked.bases += 1;
        return bases.filter(({ baseId }) => names.some((name) => name.baseId === baseId));
      },
      closedLists: async (ids) => new Set(closed.filter((id) => ids.includes(id))),
      deadLetters: async (_, positions) => new Set(deadLetters.filter((position) => positions.includes(position))),
      flushed: async () => {
        asked.flushed += 1;
      },
    },
  });
  const partition = new OpenPartition({ partition: 0, epoch: 1n, position: null, known: new Set() });
  const put = (id: string, webhook: Parameters<typeof aBaseWebhook>[0] = {}) =>
    index.apply({ revision: 1, webhookId: id, webhook: aBaseWebhook({ id, ...webhook }) });
  const generate = async (event: IdentifiedEvent) => {
    await generator.prepare(partition, [event]);
    return generator.generate(partition, event);
  };
  /** Generates for it and hands it in; null when there is nothing new to hand in. */
  const take = async (event: IdentifiedEvent): Promise<BaseChange | null> => {
    const generated = await generate(event);
    if (!generated.ok) throw new Error(generated.reason);
    return generated.change?.take() ?? null;
  };
  return { index, generator, partition, put, generate, take, asked };
}

const eventAt = (position: bigint, change: Partial<TableChange> = {}) =>
  aChangeEvent(cellChange(`${position}`, change), { position, id: `event-${position}`, revision: 1 });
const fieldDestroyed: Partial<TableChange> = { changedTablesById: { [TABLE]: { destroyedFieldIds: [FIELD] } } };
const watching = { filters: { dataTypes: ['tableData' as const], watchDataInFieldIds: [FIELD] } };

test('numbers go on from what is recorded, once the change before is handed in, and are looked up once', async () => {
  const { put, generate, take, asked } = generating({ bases: [recordedAt()] });
  put('a');
  expect(await take(eventAt(11n))).toMatchObject({ transaction: 5, lists: [{ webhookId: 'a', closes: false }] });
  // Never handed in: its number is free.
  await generate(eventAt(12n));
  expect(await take(eventAt(12n))).toMatchObject({ transaction: 6 });
  expect(asked.bases).toBe(1);
});

test('a change that is handed out again leaves nothing new, and a dead letter stays one', async () => {
  const { put, generate, take } = generating({ bases: [recordedAt()], deadLetters: [9n, 99n] });
  put('a');
  expect(await take(eventAt(10n))).toBeNull();
  expect(await generate(eventAt(9n))).toMatchObject({ ok: false });
  expect(await take(eventAt(8n))).toBeNull();
  expect(await take(eventAt(99n))).toMatchObject({ transaction: 5 });
});

test('a list that is recorded as closed gets nothing, though the registry has not said so yet', async () => {
  const { put, take } = generating({ bases: [recordedAt()], closed: ['a'] });
  put('a');
  put('b');
  expect((await take(eventAt(11n)))?.lists.map(({ webhookId }) => webhookId)).toEqual(['b']);
});

test('what a change closed is open again when it could not be recorded', async () => {
  const { put, take, partition } = generating();
  put('a', { specification: watching });
  const closing = eventAt(1n, fieldDestroyed);
  expect(await take(closing)).toMatchObject({
    lists: [{ webhookId: 'a', closes: true }],
    notes: [{ kind: 'schema_learnt' }, { kind: 'webhook_invalid', webhookId: 'a' }],
  });
  expect((await take(eventAt(2n)))?.lists).toEqual([]);
  partition.bases.unrecordable(closing);
  expect((await take(eventAt(3n)))?.lists).toMatchObject([{ webhookId: 'a' }]);
});

test('a webhook that ended between projection and handing in gets nothing, and one that wants no ping none', async () => {
  const { put, index, generate } = generating();
  put('deleted');
  put('expired');
  put('pinged', { endpoint: 'https://example.org', notificationsEnabled: true });
  put('silent', { endpoint: 'https://example.org', notificationsEnabled: true });
  const generated = await generate(eventAt(1n));
  index.apply({ revision: 2, webhookId: 'deleted', webhook: null });
  put('expired', { state: 'expired' });
  put('silent', { endpoint: 'https://example.org', notificationsEnabled: false });
  const change = generated.ok ? generated.change?.take() : null;
  expect(change?.lists.map(({ webhookId, pings }) => [webhookId, pings])).toEqual([
    ['pinged', true],
    ['silent', false],
  ]);
});

test('bases in memory are bounded: they are looked up anew once what was handed in for them is recorded', async () => {
  const { generator, partition, asked } = generating();
  const many = Array.from({ length: 10_001 }, (_, number) =>
    aChangeEvent(cellChange(1), { source: `/bases/app${String(number).padStart(14, '0')}` }),
  );
  await generator.prepare(partition, many);
  expect([partition.bases.size, asked.flushed]).toEqual([10_001, 0]);
  await generator.prepare(partition, [eventAt(1n)]);
  expect([partition.bases.size, asked.flushed]).toEqual([1, 1]);
});
