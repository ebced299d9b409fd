import type { EventAttributes } from '@sluice/contracts/event-record';

/** One thing that is wrong with an event: where, and what. `path` is an attribute's name, `data`, or empty for the whole. */
export interface EventFault {
  path: string;
  message: string;
}

/**
 * An event read from what its producer sent: `data` is byte for byte what was sent. When it breaks a rule: every fault, and
 * the attributes as far as they could be read.
 */
export type ReadEvent =
  | { ok: true; attributes: EventAttributes; data: Uint8Array }
  | { ok: false; errors: readonly EventFault[]; given: ReadonlyMap<string, string> };
