/** Every event on its way to the dispatcher. Written by the gateway and the importer only. */
export const EVENTS_TOPIC = 'sluice.events';

/** Facts about webhooks (created, deleted, disabled …), without secrets, for whoever wants to follow them. */
export const WEBHOOKS_TOPIC = 'sluice.webhooks';
