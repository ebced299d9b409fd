import type { Dispatcher, FilterPreview } from '@sluice/contracts/dispatcher-commands';
import type { Registry } from '@sluice/contracts/registry-commands';
import { accepted, type Result, refused } from '@sluice/contracts/result';
import { JsonFault } from '@sluice/exact-json/json-fault';
import { parseJson } from '@sluice/exact-json/parse-json';
import { explainMismatch } from '@sluice/filters/explain-mismatch';
import type { Filter } from '@sluice/filters/filter';
import { parseFilterText } from '@sluice/filters/parse-filter';
import type { Pool } from 'pg';
import type { TimeSlices } from '../waiting/time-slices.js';
import { type RecentEvent, readRecent } from './recent-event-rows.js';
import type { RecentEvents } from './recent-events.js';

export interface FilterPreviewParts {
  registry: Pick<Registry, 'authorize'>;
  pool: Pool;
  recent: RecentEvents;
  slices: TimeSlices;
}

/**
 * The dispatcher's command: which of the newest events of a type a filter would have let through, and why not the others.
 * Refused when the caller may not read, or the filter is none (the field is the place in it).
 */
export const filterPreviewCommand =
  ({ registry, pool, recent, slices }: FilterPreviewParts): Dispatcher['previewFilter'] =>
  async ({ credential, eventType, filter: text }) => {
    const caller = await registry.authorize({ credential, purpose: 'read' });
    if (!caller.ok) return caller;
    const filter = readFilter(text);
    if (!filter.ok) return filter;
    await recent.written();
    const events: FilterPreview['events'] = [];
    for (const event of await readRecent(pool, caller.value.accountId, [eventType])) {
      const { source, id, acceptedAt } = event;
      const reason = mismatchOf(event, filter.value);
      events.push({ source, id, acceptedAt: acceptedAt.toISOString(), matched: reason === null, reason });
      if (slices.over) await slices.next();
    }
    return accepted({ events });
  };

function readFilter(text: string | null): Result<Filter | null> {
  if (text === null) return accepted(null);
  const parsed = parseFilterText(text);
  if (parsed.ok) return accepted(parsed.filter);
  const faults = parsed.faults.map(({ path, message }) => ({
    field: path === '' ? 'filter' : `filter.${path}`,
    message,
  }));
  return refused('invalid', faults.map(({ field, message }) => `${field}: ${message}`).join('; '), faults[0]?.field);
}

/** Null when the event is let through. */
function mismatchOf({ data }: RecentEvent, filter: Filter | null): string | null {
  if (filter === null) return null;
  if (data === null) return 'the event is too large to be tried here';
  try {
    return explainMismatch(filter, parseJson(data));
  } catch (error) {
    if (!(error instanceof JsonFault)) throw error;
    return `the event's data is no JSON that a filter could read: ${error.message}`;
  }
}
