import type { EventAttributes } from '@sluice/contracts/event-record';
import { JsonFault } from '@sluice/exact-json/json-fault';

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

/**
 * What is read of a record as JSON.
 *
 * @param complaint begins the reason when it is none: "the value is not JSON"
 * @throws {Unreadable} in place of a JsonFault.
 */
export function readAsJson<T>(complaint: string, read: () => T): T {
  try {
    return read();
  } catch (fault) {
    if (!(fault instanceof JsonFault)) throw fault;
    throw new Unreadable(`${complaint}: ${fault.message}, at byte ${fault.offset}`);
  }
}
