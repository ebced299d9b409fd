import pg from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openDispatchPool } from '../database/dispatch-pool.js';
import { aChangeEvent, anEvent, BASE, cellChange } from '../testing/samples.js';
import { Storage } from '../testing/storage.js';
import type { BaseChange, WebhookPayloads } from './base-change.js';
import type { Recorder } from './recorder.js';

let storage: Storage;

beforeEach(async () => {
  storage = await Storage.open();
});

afterEach(() => storage.close());

const eventAt = (position: bigint, partition = 0) =>
  aChangeEvent(cellChange(`${position}`), { id: `event-${position}`, position, partition });

const forWebhook = (webhookId: string, text: string, list: Partial<WebhookPayloads> = {}): WebhookPayloads => ({
  webhookId,
  accountId: 'account-1',
  payloads: [Buffer.from(text)],
  closes: false,
  pings: false,
  ...list,
});

const changeOf = (transaction: number, lists: WebhookPayloads[], change: Partial<BaseChange> = {}): BaseChange => ({
  base: { accountId: 'account-1', baseId: BASE, given: false },
  transaction,
  lists,
  notes: [],
  ...change,
});

/** Changes at the positions, each with one payload for each of the webhooks: its position. */
function record(recorder: Recorder, epoch: bigint, positions: number[], webhooks = ['a']): void {
  for (const position of positions) {
    const lists = webhooks.map((id) => forWebhook(id, `${position}`));
    recorder.event(epoch, eventAt(BigInt(position)), 0, 0, changeOf(position, lists));
  }
}

/** `number: payload` of each that the webhook has. */
const listOf = async (webhookId: string): Promise<string[]> =>
  (
    await storage.rows<{ number: string; payload: Buffer }>(
      'select number, payload from dispatch.payload where webhook_id = $1 order by number',
      [webhookId],
    )
  ).map(({ number, payload }) => `${number}: ${payload}`);

const bases = () => storage.rows('select base_id, partition, given, last_transaction::int as last from dispatch.base');
const lists = () =>
  storage.rows('select webhook_id, last_number::int as last, closed from dispatch.payload_list order by 1');

test('a change is recorded with its payloads, numbered from 1, its ping and its notes, and the position moves with them', async () => {
  const { recorder, told } = storage.recorder();
  const { epoch } = await recorder.take(0);
  const split = forWebhook('a', '', { payloads: [Buffer.from('x\0'), Buffer.from('y')], pings: true });
  recorder.event(epoch, eventAt(4n), 1, 0, {
    ...changeOf(1, [split, forWebhook('b', 'z')]),
    notes: [
      { kind: 'schema_learnt', accountId: 'account-1', baseId: BASE, tables: [] },
      { kind: 'webhook_invalid', accountId: 'account-1', webhookId: 'b', reason: 'gone' },
    ],
  });
  recorder.event(epoch, eventAt(9n), 0, 0, changeOf(2, [forWebhook('a', 'later')]));
  await recorder.flushed();

  expect(await listOf('a')).toEqual(['1: x\0', '2: y', '3: later']);
  expect(await listOf('b')).toEqual(['1: z']);
  expect(await bases()).toEqual([{ base_id: BASE, partition: 0, given: false, last: 2 }]);
  expect(await storage.rows('select webhook_id from dispatch.ping')).toEqual([{ webhook_id: 'a' }]);
  expect(await storage.rows('select kind, subject from dispatch.registry_note order by id')).toEqual([
    { kind: 'schema_learnt', subject: BASE },
    { kind: 'webhook_invalid', subject: 'b' },
  ]);
  // One webhook got the event itself, two got payloads of it.
  expect(await storage.rows('select matched from dispatch.event order by position')).toEqual([
    { matched: 3 },
    { matched: 1 },
  ]);
  expect(await storage.position(0)).toBe(10n);
  expect(told.payloads).toBe(4);
  expect(recorder.unrecordedBytes).toBe(0);
});

test('what is recorded and handed in again leaves nothing, whoever does it', async () => {
  const { recorder } = storage.recorder();
  const { epoch } = await recorder.take(0);
  record(recorder, epoch, [1, 2, 3]);
  await recorder.flushed();
  const { recorder: heir } = storage.recorder();
  const taken = await heir.take(0);
  record(heir, taken.epoch, [2, 3, 4]);
  await heir.flushed();
  expect(await listOf('a')).toEqual(['1: 1', '2: 2', '3: 3', '4: 4']);
});

test('under an epoch that was taken over no payload is written', async () => {
  const { recorder: former, told } = storage.recorder();
  const { epoch } = await former.take(0);
  const { recorder: heir } = storage.recorder();
  const taken = await heir.take(0);
  record(former, epoch, [1, 2]);
  record(heir, taken.epoch, [1]);
  await Promise.all([former.flushed(), heir.flushed()]);
  expect(await listOf('a')).toEqual(['1: 1']);
  expect(told.losses).toHaveLength(1);
  expect(former.unrecordedBytes).toBe(0);
});

test('nothing comes after the error payload: not in its own batch, not later, not from a former owner', async () => {
  const { recorder } = storage.recorder();
  const { epoch } = await recorder.take(0);
  record(recorder, epoch, [1], ['a', 'b']);
  const last = forWebhook('a', '', { payloads: [Buffer.from('2'), Buffer.from('error')], closes: true });
  recorder.event(epoch, eventAt(2n), 0, 0, changeOf(2, [last, forWebhook('b', '2')]));
  record(recorder, epoch, [3], ['a', 'b']);
  await recorder.flushed();
  record(recorder, epoch, [4], ['a', 'b']);
  await recorder.flushed();
  expect(await listOf('a')).toEqual(['1: 1', '2: 2', '3: error']);
  expect(await listOf('b')).toEqual(['1: 1', '2: 2', '3: 3', '4: 4']);
  expect(await lists()).toEqual([
    { webhook_id: 'a', last: 3, closed: true },
    { webhook_id: 'b', last: 4, closed: false },
  ]);
});

/** A client that says of the first commits that the connection broke, once they are done. */
const unanswering = (commits: number) =>
  class extends pg.Client {
    constructor(config?: pg.ClientConfig) {
      super(config);
      const send = this.query.bind(this) as (...all: unknown[]) => Promise<unknown>;
      const query = async (...all: unknown[]): Promise<unknown> => {
        const answer = await send(...all);
        if (all[0] !== 'commit' || commits === 0) return answer;
        commits -= 1;
        throw new Error('Connection terminated unexpectedly');
      };
      Object.assign(this, { query });
    }
  };

test('a batch whose commit went unanswered is written again and leaves what one writing leaves', async () => {
  const { recorder } = storage.recorder({ pool: openDispatchPool(storage.url, 3, { Client: unanswering(3) }) });
  const { epoch } = await recorder.take(0);
  const notes: BaseChange['notes'] = [{ kind: 'schema_learnt', accountId: 'account-1', baseId: BASE, tables: [] }];
  for (let position = 1; position <= 5; position += 1) {
    const lists = ['a', 'b'].map((id) => forWebhook(id, `${position}`, { closes: id === 'b' && position === 3 }));
    recorder.event(epoch, eventAt(BigInt(position)), 0, 0, changeOf(position, lists, { notes }));
    await recorder.flushed();
  }
  expect(await listOf('a')).toEqual(['1: 1', '2: 2', '3: 3', '4: 4', '5: 5']);
  expect(await listOf('b')).toEqual(['1: 1', '2: 2', '3: 3']);
  expect(await storage.count('registry_note')).toBe(5);
});

test('a change that is refused for its data becomes a dead letter with all it would have left; the others have no gap', async () => {
  const { recorder, told } = storage.recorder();
  const { epoch } = await recorder.take(0);
  record(recorder, epoch, [1, 2]);
  // A NUL in a webhook's id, which is ours and `text`, stands for whatever PostgreSQL may refuse.
  const refused = eventAt(3n);
  recorder.event(epoch, refused, 0, 0, changeOf(3, [forWebhook('a', '3'), forWebhook('bad\0id', '3')]));
  record(recorder, epoch, [4, 5]);
  await recorder.flushed();
  expect(await listOf('a')).toEqual(['1: 1', '2: 2', '3: 4', '4: 5']);
  expect(await storage.rows('select position::int from dispatch.dead_letter')).toEqual([{ position: 3 }]);
  expect(told.refused).toEqual([refused]);
  expect(await storage.position(0)).toBe(6n);
});

test('a base that is recorded from one partition takes no change from another', async () => {
  const { recorder } = storage.recorder();
  const { epoch } = await recorder.take(0);
  const { epoch: other } = await recorder.take(1);
  record(recorder, epoch, [7]);
  await recorder.flushed();
  recorder.event(other, eventAt(9n, 1), 0, 0, changeOf(8, [forWebhook('a', '9')]));
  await recorder.flushed();
  expect(await listOf('a')).toEqual(['1: 7']);
  const letters = await storage.rows<{ reason: string }>('select reason from dispatch.dead_letter');
  expect(letters).toEqual([{ reason: expect.stringContaining('another partition') }]);
});

test('what is recorded is told apart from what is settled: an open delivery holds the position only', async () => {
  const { recorder } = storage.recorder();
  const { epoch } = await recorder.take(0);
  const recorded = async () => (await storage.rows<{ recorded: string }>('select recorded from dispatch.partition'))[0];
  recorder.begin(
    epoch,
    [1n, 2n, 3n].map((position) => ({ partition: 0, position })),
  );
  recorder.event(epoch, anEvent({ position: 1n }), 1, 1);
  recorder.event(epoch, eventAt(2n), 0, 0, changeOf(1, []));
  await recorder.flushed();
  expect(await storage.position(0)).toBe(1n);
  expect(await recorded()).toEqual({ recorded: '3' });
  recorder.skip(epoch, { partition: 0, position: 3n });
  await recorder.flushed();
  expect(await recorded()).toEqual({ recorded: '4' });
});

test('large payloads wait in memory no longer than they must, and are not all written at once', async () => {
  const { recorder } = storage.recorder();
  const { epoch } = await recorder.take(0);
  const megabyte = 'x'.repeat(1024 * 1024);
  for (let position = 1n; position <= 40n; position += 1n) {
    recorder.event(epoch, eventAt(position), 0, 0, changeOf(Number(position), [forWebhook('a', megabyte)]));
  }
  expect(recorder.unrecordedBytes).toBeGreaterThanOrEqual(40 * megabyte.length);
  await recorder.flushed();
  expect(recorder.unrecordedBytes).toBe(0);
  const [written] = await storage.rows<{ transactions: number }>(
    'select count(distinct xmin::text)::int as transactions from dispatch.payload_default',
  );
  expect(written!.transactions).toBeGreaterThan(2);
});
