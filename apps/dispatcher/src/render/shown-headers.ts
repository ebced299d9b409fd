import { HIDDEN } from '@sluice/contracts/delivery-commands';
import type { FilterWebhook } from '@sluice/contracts/webhook-feed';
import type { IdentifiedEvent } from '../model/delivery.js';
import { unsignedHeaders } from './airstack-headers.js';

interface ShownHeader {
  name: string;
  value: string;
}

/** The headers of an event's delivery as people may see them: what is secret, or made anew for each attempt, is hidden. */
export function shownHeaders(
  id: string,
  event: IdentifiedEvent,
  webhook: Pick<FilterWebhook, 'headers'> | null,
): ShownHeader[] {
  const ofWebhook = webhook?.headers.map(({ name }) => ({ name, value: HIDDEN })) ?? [];
  const flat = unsignedHeaders(event, ofWebhook);
  flat.push('webhook-id', id, 'webhook-timestamp', HIDDEN, 'webhook-signature', HIDDEN);
  return flat.flatMap((name, at) => (at % 2 === 0 ? [{ name, value: flat[at + 1] as string }] : []));
}
