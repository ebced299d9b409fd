import type { Dispatcher, EventTrail } from '@sluice/contracts/dispatcher-commands';
import { type EventStamp, readEventHeaders, recipientOf } from '@sluice/contracts/event-record';
import type { Registry } from '@sluice/contracts/registry-commands';
import { accepted, type Result, refused } from '@sluice/contracts/result';
import { EVENTS_TOPIC } from '@sluice/contracts/topics';
import type { EventStream } from '@sluice/event-stream/event-stream';
import type { Logger } from '@sluice/service-kit/logger';
import type { Pool } from 'pg';
import { eventIdentity } from '../model/identity.js';
import { isOnStream } from '../model/off-stream.js';
import { bodyKeyText, loadBodies } from '../record/bodies.js';
import { MOST_ROWS, readEventsOfId } from './events-of-id.js';
import { type EventRow, readDeliveries, readEventPayloads, readEventRows, readPositions } from './read-trail.js';

/** An event as far as it can still be read; `data` null when its bytes are kept nowhere any more. */
export interface QuestionedEvent {
  source: string;
  type: string;
  stamp: EventStamp;
  data: Uint8Array | null;
}

/** A webhook that did not get an event; `reason` null where, as it is now, it would. */
export interface Unreached {
  webhookId: string;
  reason: string | null;
}

export interface UnreachedWebhooks {
  webhooks: Unreached[];
  /** There are more, which are not told. */
  more: boolean;
}

/** Whoever knows the webhooks says why those of the account that are not in `reached` did not get the event. */
export type ExplainUnmatched = (
  accountId: string,
  event: QuestionedEvent,
  reached: ReadonlySet<string>,
) => UnreachedWebhooks;

/** Of one answer: each takes some statements. */
const MOST_TRAILS = 20;
const CHANGED_SINCE = 'the webhook matches as it is now; it was changed since';

export interface EventTrailsOptions {
  pool: Pool;
  stream: Pick<EventStream, 'read' | 'ranges'>;
  explainUnmatched: ExplainUnmatched;
  logger: Logger;
}

/** Answers what became of an event, from what is recorded, what is stored, and what the webhooks are now. */
export class EventTrails {
  readonly #options: EventTrailsOptions;

  constructor(options: EventTrailsOptions) {
    this.#options = options;
  }

  /**
   * The trail of the event that the account published under (source, id), with the deliveries to this account's webhooks
   * alone; `not_found` when the event left no row (yet).
   */
  async trail(accountId: string, source: string, id: string): Promise<Result<EventTrail>> {
    const rows = await readEventRows(this.#options.pool, eventIdentity({ accountId, source, id }));
    if (!isSome(rows)) return refused('not_found', await this.#whyUnknown(source, id));
    return accepted(await this.#trailOf(accountId, rows));
  }

  /** The trails of the events of that id that the account published, or that were for it: the newest ones, and whether there are more. */
  async trails(accountId: string, id: string): Promise<{ events: EventTrail[]; more: boolean }> {
    const copies = new Map<string, EventRow[]>();
    const rows = await readEventsOfId(this.#options.pool, accountId, { id });
    for (const row of rows) {
      const name = row.identity.toString('latin1');
      copies.set(name, [...(copies.get(name) ?? []), row]);
    }
    const found = [...copies.values()].filter(isSome);
    const told = found.slice(0, MOST_TRAILS).map((rows) => this.#trailOf(accountId, rows));
    return { events: await Promise.all(told), more: found.length > MOST_TRAILS || rows.length === MOST_ROWS };
  }

  /** @param rows of one event: the newest, and its copies. */
  async #trailOf(accountId: string, rows: readonly [EventRow, ...EventRow[]]): Promise<EventTrail> {
    const { pool, explainUnmatched } = this.#options;
    const [row] = rows;
    const { source, id } = row;
    const deliveries = await readDeliveries(pool, accountId, rows);
    // A change's payloads are all its recipient's.
    const isFor = recipientOf(row) === accountId;
    const payloads = isFor ? await readEventPayloads(pool, rows) : [];
    const reached = new Set([...deliveries, ...payloads].map(({ webhookId }) => webhookId));
    const { webhooks: unreached, more } = explainUnmatched(
      accountId,
      { source, ...(await this.#questioned(row)) },
      reached,
    );
    // Before the event is settled, what matches and has no row may have a delivery under way: of that nothing is said.
    const told = unreached.filter(({ reason }) => reason !== null || row.settled);
    return {
      source,
      id,
      type: row.type,
      acceptedAt: row.acceptedAt.toISOString(),
      partition: row.partition,
      position: row.position.toString(),
      // How many webhooks of others it matched is its publisher's business.
      matched: row.accountId === accountId ? row.matched : reached.size,
      deliveries,
      payloads,
      unmatched: told.map(({ webhookId, reason }) => ({ webhookId, reason: reason ?? CHANGED_SINCE })),
      unmatchedMore: more,
      complete: told.length === unreached.length,
    };
  }

  /** The event with its data from its stored body; if no webhook got it, it has none, and the stream may still have it. */
  async #questioned(row: EventRow): Promise<Omit<QuestionedEvent, 'source'>> {
    const { type } = row;
    const stored = (await loadBodies(this.#options.pool, [row], 1)).get(bodyKeyText(row)) ?? null;
    const body = stored === null || 'unreadable' in stored ? await this.#onStream(row) : stored;
    if (body !== null) return { type, stamp: body.stamp, data: body.data };
    // The revision that it was accepted at went with it: then no webhook counts as younger than the event.
    const { accountId, audience, acceptedAt } = row;
    const stamp = {
      accountId,
      audience,
      revision: Number.MAX_SAFE_INTEGER,
      exact: false,
      acceptedAt: acceptedAt.toISOString(),
    };
    return { type, stamp, data: null };
  }

  async #onStream({ partition, position }: EventRow): Promise<{ stamp: EventStamp; data: Uint8Array } | null> {
    if (!isOnStream(partition)) return null;
    try {
      const [record] = await this.#options.stream.read(EVENTS_TOPIC, partition, position, 1);
      if (record?.position !== position || record.value === null) return null;
      const read = readEventHeaders(record.headers);
      return read.ok ? { stamp: read.stamp, data: record.value } : null;
    } catch (error) {
      // Dropped by the stream's own retention, or the stream is away: the answer does without it.
      this.#options.logger.info({ error, partition, position: `${position}` }, 'trail.event_not_read');
      return null;
    }
  }

  async #whyUnknown(source: string, id: string): Promise<string> {
    const waiting = await this.#unmatchedYet();
    const ahead =
      waiting === null || waiting === 0n
        ? 'no event is waiting to be matched'
        : `${waiting} accepted events are still waiting to be matched, and it may be among them: ask again`;
    return (
      `no event with source ${JSON.stringify(source)} and id ${JSON.stringify(id)} is known to this account: ` +
      `it was never accepted from this account's keys, or is older than 30 days; ${ahead}`
    );
  }

  /** How many records of the stream lie beyond what is settled; null when the stream can't say. */
  async #unmatchedYet(): Promise<bigint | null> {
    try {
      const [ranges, positions] = await Promise.all([
        this.#options.stream.ranges(EVENTS_TOPIC),
        readPositions(this.#options.pool),
      ]);
      return ranges.reduce((sum, { partition, first, end }) => {
        const position = positions.get(partition) ?? first;
        return sum + (end > position ? end - position : 0n);
      }, 0n);
    } catch (error) {
      this.#options.logger.info({ error }, 'trail.lag_unknown');
      return null;
    }
  }
}

const isSome = (rows: EventRow[]): rows is [EventRow, ...EventRow[]] => rows.length > 0;

/** The dispatcher's commands: whoever holds a credential sees the events of its own account. */
export const serveTrails = (
  registry: Pick<Registry, 'authorize'>,
  trails: EventTrails,
): Pick<Dispatcher, 'eventTrail' | 'eventTrails'> => ({
  async eventTrail({ credential, source, id }) {
    const caller = await registry.authorize({ credential, purpose: 'read' });
    return caller.ok ? trails.trail(caller.value.accountId, source, id) : caller;
  },

  async eventTrails({ credential, id }) {
    const caller = await registry.authorize({ credential, purpose: 'read' });
    return caller.ok ? accepted(await trails.trails(caller.value.accountId, id)) : caller;
  },
});
