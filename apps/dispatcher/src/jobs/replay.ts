import type { JobRequest } from '@sluice/contracts/job-commands';
import { EVENTS_TOPIC } from '@sluice/contracts/topics';
import type { FilterWebhook } from '@sluice/contracts/webhook-feed';
import { type EventStream, PositionOutOfRange, type StreamRecord } from '@sluice/event-stream/event-stream';
import type { Clock } from '@sluice/service-kit/clock';
import type { Pool } from 'pg';
import { readEvent } from '../intake/read-event.js';
import { isOrdered, laneOf } from '../match/first-deliveries.js';
import type { IdentifiedEvent } from '../model/delivery.js';
import { deliveryId, newDeliveryId } from '../model/identity.js';
import type { TimeSlices } from '../waiting/time-slices.js';
import type { CurrentIndex } from '../webhooks/current-index.js';
import { type IndexedWebhook, isFilterWebhook } from '../webhooks/indexed-webhook.js';
import type { Found, JobPart, JobSource, LeasedJob, MadeDelivery } from './job.js';
import { withKnownEvents } from './known-events.js';
import { presentFilter } from './present-filter.js';
import { lengthOf, type Stretch, stretchesOf } from './stretches.js';

export interface ReplayParts {
  pool: Pool;
  stream: Pick<EventStream, 'read' | 'ranges' | 'positionsAt'>;
  current: Pick<CurrentIndex, 'webhook'>;
  clock: Clock;
  slices: TimeSlices;
}

/** Which of the plan's stretches is being read, and where. */
interface Cursor {
  stretch: number;
  position: string;
}

/** Records of one step. */
const MOST_RECORDS = 1_000;

/**
 * Events of the past for webhooks of now, read from the stream, one partition after the other. A partition is read only as
 * far as it is settled: then each delivery that the event had when it was matched is a row, and can be seen.
 *
 * The stream's ends are taken in the first step. A backfill's webhook is known to every dispatcher by then, also from when on
 * events are for it: what is appended behind the ends is matched with that, whatever its stamp says.
 */
export class Replay implements JobSource {
  readonly #parts: ReplayParts;

  constructor(parts: ReplayParts) {
    this.#parts = parts;
  }

  async next(job: LeasedJob, part: JobPart, room: number): Promise<Found> {
    const planned = job.plan === null ? await this.#plan(job) : { plan: job.plan, notes: [] };
    const { plan } = planned;
    const cursor = (part.cursor as Cursor | null) ?? { stretch: 0, position: plan[0]?.from ?? '0' };
    const stretch = plan[cursor.stretch];
    const nothing: Found = { deliveries: [], cursor, over: stretch === undefined, done: 0, notPossible: 0, ...planned };
    if (stretch === undefined) return nothing;
    const read = await this.#read(stretch, BigInt(cursor.position));
    if ('waitsFor' in read) return { ...nothing, waitsFor: read.waitsFor };
    const { deliveries, after } = await this.#choose(job, part, room, read.records, read.end);
    const isRead = after >= BigInt(stretch.until);
    const next = isRead ? plan[cursor.stretch + 1] : stretch;
    return {
      ...nothing,
      deliveries,
      cursor: isRead
        ? { stretch: cursor.stretch + 1, position: next?.from ?? '0' }
        : { ...cursor, position: `${after}` },
      over: next === undefined,
      done: Number(after - BigInt(cursor.position)),
      notes: [...nothing.notes, ...read.notes],
    };
  }

  async #plan({ request, parts }: LeasedJob): Promise<Required<Pick<Found, 'plan' | 'total' | 'notes'>>> {
    const { stream, clock } = this.#parts;
    const { from, to } = askedFor(request);
    const { stretches, complete } = await stretchesOf(stream, { from, to, shiftMs: clock.shiftMs });
    return {
      plan: stretches,
      total: lengthOf(stretches) * parts.length,
      notes: complete ? [] : [`the stream no longer has all events since ${from}`],
    };
  }

  /** The next records of the stretch, and how far they reach: up to there nothing else will ever be. */
  async #read(
    { partition, until }: Stretch,
    from: bigint,
  ): Promise<{ records: StreamRecord[]; end: bigint; notes: string[] } | { waitsFor: string }> {
    const { stream } = this.#parts;
    const end = BigInt(until);
    const settled = await this.#settled(partition);
    const limit = settled < end ? settled : end;
    const isSettled = from < limit;
    let records: StreamRecord[];
    try {
      records = await stream.read(EVENTS_TOPIC, partition, from, isSettled ? MOST_RECORDS : 1);
    } catch (error) {
      if (!(error instanceof PositionOutOfRange) || error.range.first <= from) throw error;
      const { first } = error.range;
      return {
        records: [],
        end: first < end ? first : end,
        notes: ['the stream dropped events before they were read'],
      };
    }
    const [next] = records;
    // Positions may have gaps, also at the end of what is to be read.
    if (next === undefined || next.position >= end) return { records: [], end, notes: [] };
    const read = isSettled ? records.filter(({ position }) => position < limit) : [];
    const last = read.at(-1);
    if (last === undefined) return { waitsFor: 'events are still being matched' };
    return { records: read, end: last.position + 1n, notes: [] };
  }

  /** Everything of the partition before it has been matched, and each of its deliveries is a row. */
  async #settled(partition: number): Promise<bigint> {
    const { rows } = await this.#parts.pool.query<{ position: string | null }>(
      'select position from dispatch.partition where partition = $1',
      [partition],
    );
    return BigInt(rows[0]?.position ?? 0);
  }

  /** The deliveries that these records lead to, no more than there is room for, and the position behind the last one looked at. */
  async #choose(
    job: LeasedJob,
    part: JobPart,
    room: number,
    records: readonly StreamRecord[],
    end: bigint,
  ): Promise<{ deliveries: MadeDelivery[]; after: bigint }> {
    const { pool, current, clock, slices } = this.#parts;
    const webhook = await current.webhook(part.webhookId);
    if (webhook === undefined || !isFilterWebhook(webhook)) return { deliveries: [], after: end };
    const isFor = presentFilter(webhook.webhook);
    const deliveries: MadeDelivery[] = [];
    let after = end;
    for (const record of records) {
      if (slices.over) await slices.next();
      const read = readEvent(record);
      if (!read.ok || !isAskedFor(job, read.event) || !isFor(read.event)) continue;
      deliveries.push(deliveryOf(job, webhook, read.event));
      if (deliveries.length < room) continue;
      after = record.position + 1n;
      break;
    }
    return { deliveries: await withKnownEvents(pool, deliveries, clock.shiftMs), after };
  }
}

/** From when to when the events were accepted; null for no bound. */
function askedFor(request: JobRequest): { from: string | null; to: string | null } {
  if (request.kind === 'replay') return request;
  if (request.kind === 'backfill')
    return { from: request.startFrom === 'earliest' ? null : request.startFrom, to: null };
  throw new Error(`a job of the kind ${request.kind} reads no stream`);
}

function isAskedFor({ request }: LeasedJob, { stamp: { acceptedAt } }: IdentifiedEvent): boolean {
  const { from, to } = askedFor(request);
  const atMs = Date.parse(acceptedAt);
  return (from === null || atMs >= Date.parse(from)) && (to === null || atMs < Date.parse(to));
}

function deliveryOf(
  { id: jobId, request, accountId }: LeasedJob,
  webhook: IndexedWebhook<FilterWebhook>,
  event: IdentifiedEvent,
): MadeDelivery {
  const { attributes, stamp } = event;
  const { id: webhookId } = webhook;
  const name = { accountId: stamp.accountId, source: attributes.source, id: attributes.id };
  const itself = deliveryId(name, stamp.acceptedAt, webhookId);
  const isNew = request.kind === 'replay' && request.as === 'new';
  const id = isNew ? newDeliveryId(jobId, itself) : itself;
  return {
    kind: 'event',
    id,
    webhookId,
    accountId,
    event,
    attempt: 1,
    lane: isOrdered(webhook) ? laneOf(event) : null,
  };
}
