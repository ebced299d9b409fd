import { setTimeout as sleep } from 'node:timers/promises';
import { TABLE_CHANGED } from '@sluice/contracts/table-change';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ChangingBase } from '../testing/changing-base.js';
import { DispatcherProcess } from '../testing/dispatcher-process.js';
import { DispatcherUnderTest, PARTITIONS } from '../testing/dispatcher-under-test.js';

const BASES = 4;

let sluice: DispatcherUnderTest;
let bases: { base: ChangingBase; webhooks: string[] }[];

beforeEach(async () => {
  sluice = await DispatcherUnderTest.create();
  bases = Array.from({ length: BASES }, () => {
    const base = new ChangingBase(sluice);
    return { base, webhooks: [base.webhook().id, base.webhook().id] };
  });
  // Its deliveries hold positions back, so that what is recorded already is handed out again.
  sluice.webhook({ id: 'slow', eventType: TABLE_CHANGED });
  sluice.receiver.answer(({ path }) => (path === '/slow' ? { status: 200, delayMs: 150 } : { status: 200 }));
});
afterEach(() => sluice.close());

/** Changes of all bases in turn, one at a time: the order of commit is that of the values. */
async function publish(from: number, to: number): Promise<void> {
  for (let value = from; value <= to; value += 1) await bases[value % BASES]!.base.publish(value);
}

/** Every list has every change of its base once, in order, numbered from 1, and so have its transactions. */
async function expectLists(published: number): Promise<void> {
  await vi.waitFor(
    async () => {
      const [row] = await sluice.rows<{ count: number }>('select count(*)::int as count from dispatch.payload');
      expect(row?.count).toBe(2 * published);
      expect(await sluice.behind()).toBe(0n);
    },
    { timeout: 60_000, interval: 100 },
  );
  for (const [index, { base, webhooks }] of bases.entries()) {
    const values = Array.from({ length: published }, (_, at) => at + 1).filter((value) => value % BASES === index);
    const expected = values.map((value, at) => ({ number: at + 1, transaction: at + 1, value }));
    for (const webhookId of webhooks) expect(await base.recorded(webhookId)).toEqual(expected);
  }
  expect(await sluice.rows('select reason from dispatch.dead_letter')).toEqual([]);
}

test('lists have no gap and no repeat while two dispatchers lose their partitions to each other', async () => {
  await sluice.start({ instance: 'dispatcher-1' });
  await sluice.start({ instance: 'dispatcher-2' });
  let publishing = true;
  const thief = (async () => {
    while (publishing) {
      await sleep(60);
      // As if somebody else had taken them for a moment: whoever works on them loses what is not recorded.
      await sluice.rows('update dispatch.partition set epoch = epoch + 1, lease_until = now()');
    }
  })();
  await publish(1, 400);
  publishing = false;
  await thief;
  // Who lost a partition to nobody takes it again with its next records.
  let published = 400;
  const behind = 'select webhook_id from dispatch.payload_list where last_number < 100';
  while ((await sluice.rows(behind)).length > 0) {
    await publish(published + 1, published + BASES);
    published += BASES;
    await sleep(50);
  }
  await expectLists(published);
});

test('lists have no gap and no repeat while dispatchers come and go', async () => {
  let newest = await sluice.start({ instance: 'dispatcher-0' });
  for (let round = 1; round <= 4; round += 1) {
    const publishing = publish((round - 1) * 100 + 1, round * 100);
    const before = newest;
    newest = await sluice.start({ instance: `dispatcher-${round}` });
    await publishing;
    await sluice.stop(before);
  }
  await expectLists(400);
});

test('lists have no gap and no repeat when dispatchers are killed amid their work', { timeout: 120_000 }, async () => {
  const environment = { DATABASE_URL: sluice.database.url, EVENT_PARTITIONS: String(PARTITIONS) };
  const processes = await Promise.all(
    [1, 2].map((number) => DispatcherProcess.create(sluice.feed, { ...environment, INSTANCE: `dispatcher-${number}` })),
  );
  try {
    for (const each of processes) each.start();
    let published = 0;
    let killing = true;
    const publishing = (async () => {
      while (killing) {
        await publish(published + 1, published + 20);
        published += 20;
      }
    })();
    for (let kill = 0; kill < 4; kill += 1) {
      const before = await recordedSoFar();
      await vi.waitFor(async () => expect(await recordedSoFar()).toBeGreaterThan(before + 40), { timeout: 30_000 });
      const victim = processes[kill % 2]!;
      await victim.end('SIGKILL');
      victim.start();
    }
    killing = false;
    await publishing;
    await expectLists(published);
  } finally {
    await Promise.all(processes.map((each) => each.close()));
  }
});

const recordedSoFar = async (): Promise<number> =>
  (await sluice.rows<{ count: number }>('select count(*)::int as count from dispatch.payload'))[0]!.count;
