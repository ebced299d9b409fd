/** Every event on its way to the dispatcher. Written by the gateway and the importer, and by the dispatcher when it puts a dead letter back. */
export const EVENTS_TOPIC = 'sluice.events';

/** Facts about webhooks (created, deleted, disabled …), without secrets, for whoever wants to follow them. */
export const WEBHOOKS_TOPIC = 'sluice.webhooks';

/** Facts are few, and those of one webhook are in order in its partition. */
export const WEBHOOKS_PARTITIONS = 4;

/** Dead letters of sources on their way back: written by the dispatcher, read by the importer. */
export const RETRIES_TOPIC = 'sluice.retries';

/** Dead letters are few; readers share them by partition. */
export const RETRIES_PARTITIONS = 4;
