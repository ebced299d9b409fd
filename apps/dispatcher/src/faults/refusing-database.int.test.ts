import { eventHeaders } from '@sluice/contracts/event-record';
import { EVENTS_TOPIC } from '@sluice/contracts/topics';
import { createMetrics } from '@sluice/service-kit/metrics';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { DispatcherUnderTest } from '../testing/dispatcher-under-test.js';
import { anEvent } from '../testing/samples.js';
import { QUICK, TwicePublished } from '../testing/twice-published.js';

const MAX_UNRECORDED = 16;
const LIMITS = { slots: 8, unrecorded: MAX_UNRECORDED, openBytes: 1024 * 1024 };
const EVENTS = 60;
const RECORDS = 60;

let sluice: DispatcherUnderTest;

beforeEach(async () => {
  sluice = await DispatcherUnderTest.create();
});
afterEach(() => sluice.close());

const soon = <T>(check: () => T | Promise<T>) => vi.waitFor(check, { timeout: 20_000, interval: 20 });

/** From now on PostgreSQL refuses every insert into these tables; answers how to end that. */
async function refuse(code: string, ...tables: string[]): Promise<() => Promise<unknown>> {
  await sluice.pool.query(`
    create or replace function refuse() returns trigger language plpgsql as
    $$ begin raise exception 'refused' using errcode = '${code}'; end $$`);
  for (const table of tables) {
    await sluice.pool.query(
      `create trigger refuses before insert on dispatch.${table} for each statement execute function refuse()`,
    );
  }
  return async () => {
    for (const table of tables) await sluice.pool.query(`drop trigger refuses on dispatch.${table}`);
  };
}

const refusals: [string, string][] = [
  ['53100', 'its disk is full'],
  ['53200', 'it has no memory'],
  ['57014', 'a statement takes too long'],
  ['40001', 'transactions can’t be serialized'],
  ['25006', 'it is a standby'],
];

describe('while PostgreSQL refuses to record', () => {
  test.each(refusals)(
    '(%s: %s) no more than MAX_UNRECORDED is sent; then everything arrives, nothing twice',
    async (code) => {
      const { service } = await sluice.start({ limits: LIMITS });
      const events = new TwicePublished(sluice, QUICK, { events: EVENTS });
      sluice.receiver.answer((arrival) => events.answer(arrival));
      await events.publish(events.ids.slice(0, 1));
      await events.settled();
      expect(await service.problems()).toEqual([]);

      const accept = await refuse(code, 'event', 'delivery', 'pending');
      await events.publish(events.ids.slice(1));
      await soon(async () => expect(await service.problems()).toContainEqual(expect.stringContaining("can't record")));
      await soon(() => expect(events.arrivals).toHaveLength(1 + MAX_UNRECORDED));
      expect(await sluice.rows('select id from dispatch.delivery')).toHaveLength(1);

      await accept();
      await events.settled();
      await events.expectOnce();
      expect(await service.problems()).toEqual([]);
    },
  );

  test('retries and claims wait too, and nothing of them is lost', async () => {
    const { service } = await sluice.start({ limits: LIMITS });
    const events = new TwicePublished(
      sluice,
      { needs: 2, answer: (attempt) => ({ status: attempt < 2 ? 500 : 200 }) },
      { events: 4 },
    );
    sluice.receiver.answer((arrival) => events.answer(arrival));
    await events.publish();
    const waiting = 'select id from dispatch.pending where attempt = 2';
    await soon(async () => expect(await sluice.rows(waiting)).toHaveLength(4));
    const accept = await refuse('53100', 'delivery', 'attempt');
    await sluice.retriesAreDue();
    await soon(() => expect(events.arrivals.length).toBeGreaterThan(4));
    await soon(async () => expect(await service.problems()).toContainEqual(expect.stringContaining("can't record")));
    await accept();
    await events.settled();
    await events.expectOnce();
  });

  test.each<[string, Record<string, string>, string]>([
    ['events that nobody wants', eventHeaders(anEvent({ type: 'unwanted' })), 'event'],
    ['records that can’t be read', { ce_id: 'no stamp' }, 'dead_letter'],
  ])('%s are taken in no further than memory is meant for', async (_, headers, table) => {
    const metrics = createMetrics();
    const { service } = await sluice.start({ limits: LIMITS }, { metrics });
    const accept = await refuse('53100', table);
    const large = { key: Buffer.from('one key'), value: Buffer.alloc(256 * 1024, ' ') };
    for (let batch = 0; batch < RECORDS / 10; batch += 1) {
      const records = Array.from({ length: 10 }, (_, each) => ({
        ...large,
        headers: { ...headers, ce_id: `${batch}-${each}` },
      }));
      await sluice.stream.publish(EVENTS_TOPIC, records);
    }
    await soon(async () => expect(await service.problems()).toContainEqual(expect.stringContaining("can't record")));
    const lag = async () => {
      const { values } = await metrics.getSingleMetric('sluice_partition_lag')!.get();
      return values.reduce((sum, { value }) => sum + value, 0);
    };
    // What is at hand was read in one go; the others stay in the stream.
    for (let looks = 0; looks < 40; looks += 1) {
      await soon(async () => expect(await lag()).toBeGreaterThan(RECORDS / 2));
    }
    await accept();
    await soon(async () => expect(await sluice.rows(`select from dispatch.${table}`)).toHaveLength(RECORDS));
    expect(await sluice.behind()).toBe(0n);
  });
});

test('with no connection to be had for longer than leases last nothing is lost, and all goes on by itself', async () => {
  const url = new URL(sluice.database.url);
  const name = `limited_${url.pathname.slice(1)}`;
  await sluice.pool.query(`create role ${name} login password 'limited'`);
  try {
    for (const schema of ['dispatch', 'stream']) {
      await sluice.pool.query(`grant usage on schema ${schema} to ${name}`);
      await sluice.pool.query(`grant all on all tables in schema ${schema} to ${name}`);
      await sluice.pool.query(`grant all on all sequences in schema ${schema} to ${name}`);
    }
    [url.username, url.password] = [name, 'limited'];
    const running = await sluice.start({ limits: LIMITS, databaseUrl: url.href });
    const { service } = running;
    const events = new TwicePublished(sluice, QUICK, { events: EVENTS });
    let goOn: () => void = () => {};
    const held = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    sluice.receiver.answer((arrival) => held.then(() => events.answer(arrival)));
    await events.publish();
    await soon(() => expect(events.arrivals).not.toEqual([]));

    await sluice.pool.query(`alter role ${name} connection limit 0`);
    await sluice.pool.query('select pg_terminate_backend(pid) from pg_stat_activity where usename = $1', [name]);
    goOn();
    await soon(async () => expect((await service.problems()).join()).toContain("can't record: too many connections"));
    const leased = 'select from dispatch.partition where lease_until > now()';
    await soon(async () => expect(await sluice.rows(leased)).toEqual([]));
    expect(events.arrivals.length).toBeLessThanOrEqual(MAX_UNRECORDED);

    await sluice.pool.query(`alter role ${name} connection limit -1`);
    await events.settled();
    await events.expectOnce();
    await soon(async () => expect(await service.problems()).toEqual([]));
    await sluice.stop(running);
  } finally {
    await sluice.pool.query(`drop owned by ${name}`);
    await sluice.pool.query(`drop role ${name}`);
  }
});
