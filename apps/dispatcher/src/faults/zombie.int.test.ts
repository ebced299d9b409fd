import { ShiftedClock } from '@sluice/service-kit/clock';
import { DatabaseLine } from '@sluice/testing/database-line';
import type { Answer, Arrival } from '@sluice/testing/receiver';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { DispatcherProcess } from '../testing/dispatcher-process.js';
import { DispatcherUnderTest, PARTITIONS } from '../testing/dispatcher-under-test.js';

let sluice: DispatcherUnderTest;
let line: DatabaseLine;
let zombie: DispatcherProcess;

beforeEach(async () => {
  sluice = await DispatcherUnderTest.create();
  line = await DatabaseLine.to(sluice.database.url);
  zombie = await DispatcherProcess.create(sluice.feed, {
    DATABASE_URL: line.url,
    EVENT_PARTITIONS: String(PARTITIONS),
    INSTANCE: 'zombie',
  });
});
afterEach(async () => {
  await zombie.close();
  await line.close();
  await sluice.close();
});

const soon = <T>(check: () => T | Promise<T>) => vi.waitFor(check, { timeout: 30_000, interval: 20 });
const pendingOf = (id: string) =>
  sluice.rows<{ attempt: number; lease: string | null }>(
    'select attempt, lease from dispatch.pending where webhook_id = $1',
    [id],
  );
/** All that is recorded of deliveries. */
const recorded = async () => ({
  pending: await sluice.rows('select * from dispatch.pending order by id'),
  ended: await sluice.rows('select * from dispatch.delivery order by id'),
  attempts: await sluice.rows('select * from dispatch.attempt order by delivery_id, number'),
  events: await sluice.rows('select * from dispatch.event order by id'),
});

/** What the zombie did in the database from now on, told when it is done. */
function listen(): string[] {
  const said: string[] = [];
  line.interfere = ({ name, transaction }) => {
    const act = () => {
      said.push(...(name === 'commit' ? (transaction ?? []) : [name]));
      return 'pass' as const;
    };
    return { when: 'answered', act };
  };
  return said;
}

/** Where the zombie is with a delivery to each of three webhooks when it is frozen. */
const WEBHOOKS = ['claimed', 'parked', 'open'] as const;

describe.each([
  { successor: 'delivers', status: 200, late: 500 },
  { successor: 'fails', status: 500, late: 200 },
  { successor: 'fails', status: 500, late: 500 },
])(
  'a dispatcher that wakes late and learns of $late changes nothing, when its successor $successor',
  ({ status, late }) => {
    test.each(['another', 'zombie'])('called %s', async (instance) => {
      let wake: (answer: Answer) => void = () => {};
      const woken = new Promise<Answer>((resolve) => {
        wake = resolve;
      });
      let frozen = false;
      const ofZombie = new Map<string, number>();
      sluice.receiver.answer(({ path }: Arrival) => {
        if (frozen) return { status };
        const arrivals = (ofZombie.get(path) ?? 0) + 1;
        ofZombie.set(path, arrivals);
        if (path === '/claimed' && arrivals === 1) return { status: 500 };
        if (path === '/open') {
          zombie.freeze();
          frozen = true;
        }
        return woken;
      });
      for (const id of WEBHOOKS) sluice.webhook({ id, eventType: id });

      zombie.start();
      await sluice.publish({ type: 'claimed' });
      await soon(async () => expect(await pendingOf('claimed')).toMatchObject([{ attempt: 2, lease: null }]));
      await sluice.retriesAreDue();
      await sluice.receiver.waitFor(2, ({ path }) => path === '/claimed');
      await sluice.publish({ type: 'parked' });
      await soon(async () => expect(await pendingOf('parked')).toMatchObject([{ lease: expect.any(String) }]));
      await sluice.publish({ type: 'open' });
      await soon(() => expect(frozen).toBe(true));

      await sluice.aMinutePasses();
      await sluice.start({ instance });
      const triedBySuccessor =
        status === 200
          ? 'select id from dispatch.delivery'
          : `
      select id from dispatch.pending where lease is null and attempt = case webhook_id when 'claimed' then 3 else 2 end`;
      await soon(async () => expect(await sluice.rows(triedBySuccessor)).toHaveLength(3));
      await sluice.pool.query("update dispatch.pending set due_at = now() + interval '1 hour'");
      const before = await recorded();

      const said = listen();
      wake({ status: late });
      zombie.wake();
      await soon(() => expect(said).toContain(late === 200 ? 'dispatch-delete-leased' : 'dispatch-postpone-leased'));
      // It says all that it has to say.
      expect(await zombie.end('SIGTERM')).toBe(0);
      expect(await recorded()).toEqual(before);

      frozen = true;
      sluice.receiver.answer(() => ({ status: 200 }));
      await sluice.retriesAreDue();
      await soon(async () => {
        const ended = await sluice.rows('select state, count(*)::int from dispatch.delivery group by state');
        expect(ended).toEqual([{ state: 'delivered', count: WEBHOOKS.length }]);
        expect(await sluice.rows('select id from dispatch.pending')).toEqual([]);
      });
      for (const id of WEBHOOKS) {
        const ids = sluice.receiver.arrivals.flatMap(({ path, headers }) =>
          path === `/${id}` ? headers['webhook-id'] : [],
        );
        expect(new Set(ids).size).toBe(1);
      }
    });
  },
);

test('a dispatcher that is frozen amid its COMMIT holds nobody up for long, and changes nothing when it wakes', async () => {
  sluice.webhook({ id: 'one', eventType: 'one' });
  let goOn: (fate: 'pass') => void = () => {};
  const held = new Promise<'pass'>((resolve) => {
    goOn = resolve;
  });
  let frozen = false;
  line.interfere = ({ name, transaction }) => {
    if (name !== 'commit' || !transaction?.includes('dispatch-insert-deliveries')) return null;
    const act = () => {
      zombie.freeze();
      frozen = true;
      return held;
    };
    return frozen ? null : { when: 'sent', act };
  };
  zombie.start();
  await sluice.publish({ type: 'one' });
  await soon(() => expect(frozen).toBe(true));
  await sluice.aMinutePasses();
  await sluice.start({ instance: 'another' });
  await soon(async () =>
    expect(await sluice.rows('select state from dispatch.delivery')).toEqual([{ state: 'delivered' }]),
  );
  const before = await recorded();
  const said = listen();
  goOn('pass');
  zombie.wake();
  await soon(() => expect(said).toContain('dispatch-move-partitions'));
  expect(await recorded()).toEqual(before);
  expect(sluice.receiver.arrivals).toHaveLength(2);
});

test('rows whose claim is answered too late for an attempt are left to whoever has them by then', async () => {
  const webhook = sluice.webhook({ id: 'one', eventType: 'one', state: 'paused' });
  const clock = new ShiftedClock();
  let goOn: (fate: 'pass') => void = () => {};
  const held = new Promise<'pass'>((resolve) => {
    goOn = resolve;
  });
  let claimed = false;
  line.interfere = ({ name }) => {
    if (name !== 'dispatch-claim') return null;
    const act = () => {
      claimed = true;
      return held;
    };
    return { when: 'answered', act };
  };
  await sluice.start({ instance: 'zombie', databaseUrl: line.url }, { clock });
  await sluice.publish({ type: 'one' });
  await soon(async () => expect(await pendingOf('one')).toHaveLength(1));
  await sluice.feed.update(webhook.id, { state: 'enabled' });
  await soon(() => expect(claimed).toBe(true));

  await sluice.aMinutePasses();
  clock.advance(60_000);
  await sluice.start({ instance: 'another' });
  await soon(async () =>
    expect(await sluice.rows('select state from dispatch.delivery')).toEqual([{ state: 'delivered' }]),
  );
  const said = listen();
  goOn('pass');
  await soon(() => expect(said).toContain('dispatch-due-webhooks-oldest'));
  await soon(() => expect(said.filter((name) => name === 'dispatch-due-webhooks-oldest').length).toBeGreaterThan(8));
  expect(sluice.receiver.arrivals).toHaveLength(1);
});
