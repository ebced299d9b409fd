import { WebhookSummary } from '@sluice/contracts/registry-commands';
import { cursorAt, placeAt, wrongQuery } from './page.js';

/** An id of either dialect. */
const WEBHOOK_ID = /^([0-9A-Z]{26}|ach[0-9A-Za-z]{14})$/;

/** Where the page after this webhook begins. */
export const cursorAfter = (webhookId: string): string => cursorAt(webhookId);

/** The webhook that a cursor stands behind; undefined without one; 400 when it is none of ours. */
export const webhookBefore = (cursor: unknown): string | undefined => placeAt(cursor, WEBHOOK_ID);

const LONGEST_SEARCH = 200;

/** The text that webhooks are searched for; undefined without one; 400 when it is too long. */
export function searchOf(search: unknown): string | undefined {
  if (search === undefined || search === '') return undefined;
  if (typeof search === 'string' && search.length <= LONGEST_SEARCH) return search;
  throw wrongQuery('search', `must be a text of at most ${LONGEST_SEARCH} characters`);
}

/** The state that webhooks must have; undefined without one; 400 when there is no such state. */
export function webhookStateOf(state: unknown): WebhookSummary['state'] | undefined {
  if (state === undefined) return undefined;
  const parsed = WebhookSummary.shape.state.safeParse(state);
  if (parsed.success) return parsed.data;
  throw wrongQuery('state', `must be one of ${WebhookSummary.shape.state.options.join(', ')}`);
}
