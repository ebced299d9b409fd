import type { ReadEvent } from '@sluice/cloud-events/read-event';
import type { EventAttributes } from '@sluice/contracts/event-record';
import type { FaultEntry } from '../refusals/fault.js';

/** An event as its producer sent it, whichever of the three modes that was. `data` is byte for byte what was sent. */
export interface PublishedEvent {
  attributes: EventAttributes;
  data: Uint8Array;
}

/** Why one event is not accepted. */
export interface EventRefusal {
  /** 400: breaks a rule; 413: too large; 422: its type is not in the catalogue. */
  status: 400 | 413 | 422;
  message: string;
  errors: readonly FaultEntry[];
  /** With 422: the types that the account has. */
  knownTypes?: readonly string[];
}

/** One event of a request, read or refused. `source` and `id` are there as far as they could be read. */
export type Reading =
  | { ok: true; event: PublishedEvent }
  | { ok: false; source: string | null; id: string | null; refusal: EventRefusal };

/** The refusal of an event for these mistakes: its message names the first, and how many more there are. */
export function eventRefusal(errors: readonly FaultEntry[], status: EventRefusal['status'] = 400): EventRefusal {
  const [first] = errors;
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : '';
  const where = first === undefined || first.path === '' ? '' : `${first.path}: `;
  return { status, message: `${where}${first?.message ?? 'the event is not acceptable'}${more}`, errors };
}

/** A refused event of a request. `given` are its attributes, as far as they could be read. */
export const refusedReading = (
  errors: readonly FaultEntry[],
  given?: ReadonlyMap<string, string>,
  status: EventRefusal['status'] = 400,
): Reading => ({
  ok: false,
  source: given?.get('source') ?? null,
  id: given?.get('id') ?? null,
  refusal: eventRefusal(errors, status),
});

/** What packages/cloud-events read, as an event of a request. */
export const readingOf = (read: ReadEvent): Reading =>
  read.ok
    ? { ok: true, event: { attributes: read.attributes, data: read.data } }
    : refusedReading(read.errors, read.given);
