import { setTimeout as sleep } from 'node:timers/promises';
import { expect, vi } from 'vitest';
import type { DispatcherUnderTest } from './dispatcher-under-test.js';

const until = (isTrue: () => Promise<void> | void) => vi.waitFor(isTrue, { timeout: 60_000, interval: 50 });

interface Published {
  id: string;
  acceptedAtMs: number;
  /** Its gateway could reach the registry. */
  exact: boolean;
}

/**
 * Publishes on and on, as gateways do: each event was stamped some time before it is appended, some by a gateway that could
 * not reach the registry. Answers what was published once it is told to stop.
 */
function publisher(sluice: DispatcherUnderTest): () => Promise<Published[]> {
  const published: Published[] = [];
  let stopped = false;
  const one = async (number: number): Promise<void> => {
    for (let count = 0; !stopped; count += 1) {
      const exact = Math.random() < 0.8;
      const event = { id: `event-${number}-${count}`, acceptedAtMs: sluice.clock.nowMs(), exact };
      const { revision } = sluice.feed;
      await sleep(Math.random() * 150);
      await sluice.publish({ ...event, subject: event.id, revision });
      published.push(event);
    }
  };
  const running = Promise.all(Array.from({ length: 20 }, (_, number) => one(number)));
  return async () => {
    stopped = true;
    await running;
    return published;
  };
}

/** Makes webhooks, and backfills them, while there are events to match. Answers from when on each is to have them. */
async function makeWebhooks(sluice: DispatcherUnderTest): Promise<Map<string, number>> {
  const starts = new Map<string, number>();
  for (const id of ['first', 'second', 'third', 'late']) {
    const startMs = id === 'late' ? sluice.clock.nowMs() - 300 : 0;
    starts.set(id, startMs);
    sluice.webhook({ id });
    const startFrom = startMs === 0 ? 'earliest' : new Date(startMs).toISOString();
    const request = { kind: 'backfill', webhookId: id, startFrom } as const;
    const made = await sluice.service.commands.createJob({ credential: 'account-1', request });
    expect(made).toMatchObject({ ok: true });
    await sleep(Math.random() * 200);
  }
  return starts;
}

/** Two dispatchers have events to match while webhooks come and are backfilled: each gets its own ledger's, once. */
export async function backfillCase(sluice: DispatcherUnderTest): Promise<void> {
  await sluice.start({ instance: 'dispatcher-2' });
  const at = (path: string) => sluice.receiver.arrivals.filter((arrival) => arrival.path === path);
  const eventsAt = (path: string) => at(path).map(({ headers }) => headers['ce-id'] as string);
  // It matches the same events from the beginning.
  sluice.webhook({ id: 'other' });
  const stop = publisher(sluice);
  let starts: Map<string, number>;
  try {
    await until(() => expect(at('/other').length).toBeGreaterThan(100));
    starts = await makeWebhooks(sluice);
    await until(() => expect(at('/third').length).toBeGreaterThan(300));
  } finally {
    await stop();
  }
  const published = await stop();
  for (const [id, startMs] of starts) {
    const wanted = published.filter(({ acceptedAtMs }) => acceptedAtMs >= startMs).map((event) => event.id);
    await until(() => expect(eventsAt(`/${id}`)).toEqual(expect.arrayContaining(wanted)));
  }
  await until(async () => {
    expect(await sluice.behind()).toBe(0n);
    expect(await sluice.rows('select id from dispatch.pending')).toEqual([]);
    expect(await sluice.rows("select id from dispatch.job where state <> 'done'")).toEqual([]);
  });
  for (const [id, startMs] of starts) {
    // What was accepted earlier may come as well if nobody knows at which revision.
    const allowed = published.filter(({ acceptedAtMs, exact }) => acceptedAtMs >= startMs || !exact);
    const arrived = eventsAt(`/${id}`);
    expect(allowed.map((event) => event.id)).toEqual(expect.arrayContaining(arrived));
    expect(arrived.sort()).toEqual([...new Set(arrived)].sort());
    expect(new Set(at(`/${id}`).map(({ headers }) => headers['webhook-id'])).size).toBe(arrived.length);
  }
}
