import { isUtf8 } from 'node:buffer';
import type { Events } from '@sluice/contracts/event-commands';
import type { Registry } from '@sluice/contracts/registry-commands';
import { accepted, refused } from '@sluice/contracts/result';
import type { EventStream } from '@sluice/event-stream/event-stream';
import type { Pool } from 'pg';
import { readEventsOfId } from '../trail/events-of-id.js';
import { storedEvents } from '../trail/stored-events.js';
import { type RecentEvent, readRecent } from './recent-event-rows.js';
import type { RecentEvents } from './recent-events.js';

export interface EventCommandParts {
  registry: Pick<Registry, 'authorize'>;
  pool: Pool;
  stream: Pick<EventStream, 'read'>;
  recent: RecentEvents;
}

/** The dispatcher's answers about events themselves: whoever holds a credential sees its account's, and those for it. */
export const serveEvents = ({ registry, pool, stream, recent }: EventCommandParts): Events => ({
  async recentEvents({ credential, eventTypes, limit }) {
    const caller = await registry.authorize({ credential, purpose: 'read' });
    if (!caller.ok) return caller;
    await recent.written();
    const events = await readRecent(pool, caller.value.accountId, eventTypes, limit);
    return accepted({ events: events.map(shown) });
  },

  async eventData({ credential, source, id }) {
    const caller = await registry.authorize({ credential, purpose: 'read' });
    if (!caller.ok) return caller;
    const [row] = await readEventsOfId(pool, caller.value.accountId, { source, id });
    if (row === undefined) return refused('not_found', 'there is no such event');
    const [event] = await storedEvents({ pool, stream }, [row]);
    if (event === undefined || 'missing' in event) {
      return refused('not_found', `there is no data: ${event?.missing ?? 'its event is no longer kept'}`);
    }
    const data = Buffer.from(event.data).toString('base64');
    return accepted({ source, id, type: row.type, acceptedAt: row.acceptedAt.toISOString(), data });
  },
});

const shown = ({ acceptedAt, data, ...event }: RecentEvent) => ({
  ...event,
  acceptedAt: acceptedAt.toISOString(),
  data: data !== null && isUtf8(data) ? data.toString('utf8') : null,
});
