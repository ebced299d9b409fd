import { cursorAt, placeAt } from './page.js';

/** An id of either dialect. */
const WEBHOOK_ID = /^([0-9A-Z]{26}|ach[0-9A-Za-z]{14})$/;

/** Where the page after this webhook begins. */
export const cursorAfter = (webhookId: string): string => cursorAt(webhookId);

/** The webhook that a cursor stands behind; undefined without one; 400 when it is none of ours. */
export const webhookBefore = (cursor: unknown): string | undefined => placeAt(cursor, WEBHOOK_ID);
