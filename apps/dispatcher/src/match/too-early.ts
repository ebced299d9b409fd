import { type EventStamp, precedes } from '@sluice/contracts/event-record';
import type { FilterWebhook } from '@sluice/contracts/webhook-feed';

/**
 * What an event came too early for to be for the webhook: it was accepted before that was created, unless that starts
 * earlier, or before it was enabled anew. Null when it was not.
 */
export function tooEarly(
  stamp: EventStamp,
  { createdRevision, enabledRevision, startFrom }: FilterWebhook,
): 'its creation' | 'its being enabled' | null {
  if (precedes(stamp, enabledRevision)) return 'its being enabled';
  return precedes(stamp, createdRevision) && !hasStarted(stamp, startFrom) ? 'its creation' : null;
}

function hasStarted({ acceptedAt }: EventStamp, startFrom: string | null): boolean {
  if (startFrom === null) return false;
  return startFrom === 'earliest' || Date.parse(acceptedAt) >= Date.parse(startFrom);
}
