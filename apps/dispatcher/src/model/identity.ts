import { hash } from 'node:crypto';
import { eventKey, type SluiceEvent } from '@sluice/contracts/event-record';

const LENGTH_BYTES = 4;

/** What makes an event the same event: its publisher's account and CloudEvents' (source, id). */
export interface EventName {
  accountId: string;
  source: string;
  id: string;
}

/**
 * Hash over parts of any content. Each part goes in with its length before it, so that no two lists of parts give the
 * same bytes; `purpose` keeps the hashes of different things apart.
 */
function hashOf(purpose: string, parts: readonly string[]): Buffer {
  const texts = [purpose, ...parts];
  const bytes = Buffer.allocUnsafe(texts.reduce((sum, text) => sum + LENGTH_BYTES + Buffer.byteLength(text), 0));
  let end = 0;
  for (const text of texts) {
    const length = bytes.write(text, end + LENGTH_BYTES);
    bytes.writeUInt32BE(length, end);
    end += LENGTH_BYTES + length;
  }
  // In one call: several of these are made for each delivery, and a hash that is fed takes three times as long.
  return hash('sha256', bytes, 'buffer');
}

/** The event's identity, 32 bytes: what duplicates are recognised by (docs/architecture.md, Events). */
export function eventIdentity({ accountId, source, id }: EventName): Buffer {
  return hashOf('event', [accountId, source, id]);
}

/**
 * The id of the event's delivery to a webhook: `msg_` and 32 characters of base64url (192 bits of the hash). It is
 * computed, never drawn, so it is the same over attempts, restarts and resends; without dots, because Standard Webhooks
 * signs `id.timestamp.body`.
 *
 * The UTC day of the event's acceptance is part of it: an id that is used again once duplicates are no longer looked for
 * names another event, whose delivery must not be taken for the former one's, which may still be pending, neither here
 * nor by the receiver.
 *
 * @param acceptedAt a date and time as ISO 8601 has it.
 */
export function deliveryId({ accountId, source, id }: EventName, acceptedAt: string, webhookId: string): string {
  const day = new Date(acceptedAt).toISOString().slice(0, 10);
  return `msg_${hashOf('delivery', [accountId, source, id, day, webhookId]).subarray(0, 24).toString('base64url')}`;
}

/**
 * The lane that the event stands in at a webhook that wants one delivery at a time for each subject, 16 bytes; null without a
 * subject, as nothing is to come before or after it then. The stream's key is part of it, so that all events of a lane are
 * in one partition, in the order in which they were published.
 */
export function laneId(event: Pick<SluiceEvent, 'attributes' | 'stamp'>): Buffer | null {
  const { subject } = event.attributes;
  return subject === undefined ? null : hashOf('lane', [eventKey(event), subject]).subarray(0, 16);
}

/** The id of a delivery that a job makes as a new one: the same whenever the job makes it, and nobody else's. */
export const newDeliveryId = (jobId: string, deliveryId: string): string =>
  `msg_${hashOf('new delivery', [jobId, deliveryId]).subarray(0, 24).toString('base64url')}`;
