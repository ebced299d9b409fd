const QUOTES = /^["'`]+|["'`,]+$/g;
const DELIVERY = /^msg_[\w-]+$/;
/** Those of our own, and those of Airtable's dialect. */
const WEBHOOK = /^(?:[0-9A-HJKMNP-TV-Z]{26}|ach[0-9A-Za-z]{14})$/;
const HEADER = /^(?:webhook-id|ce-id)\s*:\s*/i;

/** An id as people copy it out of a log: without the name of its header, and without quotes. */
export const copiedId = (typed: string): string => typed.trim().replace(HEADER, '').replace(QUOTES, '').trim();

/** What else than an event's an id may be, by its looks: an event may have any. */
export const maybeDelivery = (id: string): boolean => DELIVERY.test(id);
export const maybeWebhook = (id: string): boolean => WEBHOOK.test(id);
