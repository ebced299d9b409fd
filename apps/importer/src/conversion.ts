import type { EventAttributes } from '@sluice/contracts/event-record';

export interface ConvertedEvent {
  attributes: EventAttributes;
  /** What a webhook delivers. */
  data: Uint8Array;
}

/** What a record of a source becomes: events, none for a record that says nothing; or the reason why it can't be read. */
export type Conversion = { ok: true; events: readonly ConvertedEvent[] } | { ok: false; reason: string };

export const NOTHING: Conversion = { ok: true, events: [] };

/** The record can't be read: thrown within a conversion, told as its reason. The message names the field and the cause. */
export class Unreadable extends Error {
  override readonly name = 'Unreadable';
}
