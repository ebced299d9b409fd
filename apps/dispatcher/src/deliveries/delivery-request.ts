import type { DeliveryRequest } from '@sluice/contracts/delivery-commands';
import type { EventStream } from '@sluice/event-stream/event-stream';
import type { Pool } from 'pg';
import { shownHeaders } from '../render/shown-headers.js';
import { type RecordedPlace, storedEvents } from '../trail/stored-events.js';
import { type IndexedWebhook, isFilterWebhook } from '../webhooks/indexed-webhook.js';

/**
 * What is sent to the endpoint, with the bytes that are stored and by what the webhook is now: attempts leave no copy. Null
 * when the event is no longer kept: its attributes are headers.
 *
 * @throws StreamUnavailable when the stream is needed and can't be reached.
 */
export async function readRequest(
  parts: { pool: Pool; stream: Pick<EventStream, 'read'> },
  { id, place }: { id: string; place: RecordedPlace },
  indexed: IndexedWebhook | undefined,
): Promise<DeliveryRequest | null> {
  const [event] = await storedEvents(parts, [place]);
  if (event === undefined || 'missing' in event) return null;
  const webhook = indexed !== undefined && isFilterWebhook(indexed) ? indexed.webhook : null;
  return {
    url: webhook?.endpoint ?? null,
    headers: shownHeaders(id, event, webhook),
    body: Buffer.from(event.data).toString('base64'),
  };
}
