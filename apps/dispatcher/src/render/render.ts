import type { FilterWebhook } from '@sluice/contracts/webhook-feed';
import type { IdentifiedEvent } from '../delivery.js';
import { airstack } from './airstack.js';
import type { Dialect, Rendering } from './dialect.js';

const dialects: Record<FilterWebhook['dialect'], Dialect> = { airstack };

/** The event as this webhook's dialect sends it. */
export const render = (event: IdentifiedEvent, webhook: FilterWebhook): Rendering =>
  dialects[webhook.dialect].render(event, webhook);
