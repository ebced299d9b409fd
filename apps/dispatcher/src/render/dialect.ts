import type { FilterWebhook } from '@sluice/contracts/webhook-feed';
import type { IdentifiedEvent } from '../delivery.js';

/** What is sent for one event to one webhook, the signature aside. */
export interface Rendering {
  /** Name, value, name, value … : the flat form that the HTTP client takes without a copy. */
  headers: string[];
  /** Exactly the bytes that are sent and signed. */
  body: Uint8Array;
}

/** How the webhooks of one subscription API want to be spoken to. */
export interface Dialect {
  render(event: IdentifiedEvent, webhook: FilterWebhook): Rendering;
}
