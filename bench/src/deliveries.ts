import { USER_AGENT } from '@sluice/dispatcher/render/user-agent';
import { benchEvent, EVENT_BYTES, EVENT_TYPE, SOURCE } from './bench-event.js';
import { Ceiling } from './ceiling.js';
import { fillLog } from './fill-log.js';
import type { Installation } from './installation.js';
import { monotonicMs } from './monotonic.js';
import type { Receiver } from './receiver.js';
import { allSettled, settledUpTo, until } from './settled.js';

const EVENTS = 40_000;

export interface Drained {
  /** From the first arrival until all are delivered and recorded. */
  deliveredPerSecond: number;
  /** CPU time for each delivery, in microseconds, of the processes that dispatchers run in and of PostgreSQL. */
  dispatcherCpuUs: number | null;
  postgresCpuUs: number | null;
  /** As PostgreSQL counts what clients send, BEGIN and COMMIT included. */
  statementsPerDelivery: number;
}

export interface DeliveriesResult extends Drained {
  events: number;
  bodyBytes: number;
  /** A loop that only signs and sends the same bytes, with as many headers, to the same receiver: the median of four. */
  ceilingPerSecond: number;
  /** Delivered to ceiling. */
  ratio: number;
}

/** How fast a backlog is worked off that lies in the log before the dispatcher starts. */
export async function measureDeliveries(installation: Installation, receiver: Receiver): Promise<DeliveriesResult> {
  const { client } = installation;
  const { webhook_id: id, authentication } = await subscribe(installation, receiver, 'deliveries');
  const headers = [
    ...['content-type', 'application/json', authentication.header_name, authentication.header_value],
    ...['ce-specversion', '1.0', 'ce-id', 'event-12345', 'ce-type', EVENT_TYPE, 'ce-source', SOURCE],
    ...['user-agent', USER_AGENT],
  ];
  const ceiling = new Ceiling(receiver, headers, EVENTS);
  const end = await fillBacklog(installation, id, 'deliveries');
  await ceiling.measure();
  const drained = await drain(installation, receiver, end);
  await ceiling.measure();
  await client.unsubscribe(id);
  const { perSecond: ceilingPerSecond } = ceiling;
  const ratio = drained.deliveredPerSecond / ceilingPerSecond;
  return { events: EVENTS, bodyBytes: EVENT_BYTES, ceilingPerSecond, ratio, ...drained };
}

/** The same without a ceiling, with the dispatchers that the installation has now. `run` tells it from others in one installation. */
export async function measureDraining(installation: Installation, receiver: Receiver, run: string): Promise<Drained> {
  const { webhook_id: id } = await subscribe(installation, receiver, run);
  const drained = await drain(installation, receiver, await fillBacklog(installation, id, run));
  await installation.client.unsubscribe(id);
  return drained;
}

function subscribe({ client }: Installation, receiver: Receiver, run: string) {
  const { data } = benchEvent('sample', '1', run);
  return client.subscribe(receiver.url('/deliveries'), EVENT_TYPE, { followingProfileId: run }, data);
}

/** Dispatchers end, and as many events as are measured lie before them. Answers where the log ends. */
async function fillBacklog(installation: Installation, webhookId: string, run: string): Promise<bigint> {
  await allSettled(installation);
  await installation.stopDispatcher();
  const [row] = await installation.postgres.query<{ account_id: string; revision: string }>(
    'select account_id, revision from registry.webhook where id = $1',
    [webhookId],
  );
  const stamp = { accountId: row?.account_id ?? '', revision: Number(row?.revision) };
  const events = Array.from({ length: EVENTS }, (_, n) => benchEvent(`${run}-${n}`, String(n), run));
  const log = await installation.openLog();
  try {
    return await fillLog(log, events, stamp);
  } finally {
    await log.close();
  }
}

async function drain(installation: Installation, receiver: Receiver, end: bigint): Promise<Drained> {
  await receiver.reset();
  const watching = watchDrain(installation, receiver, end);
  const [drained] = await Promise.all([watching, installation.startDispatcher()]);
  return drained;
}

async function watchDrain(installation: Installation, receiver: Receiver, end: bigint): Promise<Drained> {
  const first = await until('the first delivery', async () =>
    (await receiver.count()).count > 0 ? sample(installation, receiver) : null,
  );
  await until('the last delivery', async () => ((await receiver.count()).count >= EVENTS ? true : null));
  await settledUpTo(installation, end);
  const endMs = monotonicMs();
  const last = await sample(installation, receiver);
  if (last.count !== EVENTS) throw new Error(`${last.count} deliveries of ${EVENTS} events`);
  const deliveries = last.count - first.count;
  const each = (from: number | null, to: number | null) =>
    from === null || to === null ? null : (to - from) / deliveries;
  return {
    deliveredPerSecond: (EVENTS / (endMs - (last.firstMs ?? endMs))) * 1_000,
    dispatcherCpuUs: each(first.dispatcherUs, last.dispatcherUs),
    postgresCpuUs: each(first.postgresUs, last.postgresUs),
    statementsPerDelivery: (last.statements - first.statements) / deliveries,
  };
}

async function sample(installation: Installation, receiver: Receiver) {
  const { count, firstMs } = await receiver.count();
  const dispatcherUs = installation.dispatcherTimeUs();
  const postgresUs = installation.postgres.timeUs();
  return { count, firstMs, dispatcherUs, postgresUs, statements: await installation.postgres.statements() };
}
