import { Fault } from '../refusals/fault.js';

const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 1_000;
/** An id of either dialect. */
const CURSOR = /^before:([0-9A-Z]{26}|ach[0-9A-Za-z]{14})$/;

/** How many webhooks a page has, from its `limit`; 400 when that is no number from 1 to 1,000 in decimal digits. */
export function pageLimit(limit: unknown): number {
  if (limit === undefined) return DEFAULT_LIMIT;
  const wanted = typeof limit === 'string' && /^\d{1,4}$/.test(limit) ? Number(limit) : 0;
  if (wanted >= 1 && wanted <= MAX_LIMIT) return wanted;
  throw wrong('limit', `must be a whole number from 1 to ${MAX_LIMIT}`);
}

/** Where the page after this webhook begins. What it is made of may change: callers hand it back as they got it. */
export const cursorAfter = (webhookId: string): string => Buffer.from(`before:${webhookId}`).toString('base64url');

/** The webhook that a cursor stands behind; undefined without one; 400 when it is none of ours. */
export function webhookBefore(cursor: unknown): string | undefined {
  if (cursor === undefined) return undefined;
  const text = typeof cursor === 'string' ? Buffer.from(cursor, 'base64url').toString('latin1') : '';
  const webhookId = CURSOR.exec(text)?.[1];
  if (webhookId !== undefined && cursorAfter(webhookId) === cursor) return webhookId;
  throw wrong('cursor', 'must be the next_cursor of an answer');
}

const wrong = (path: string, message: string): Fault =>
  new Fault(400, `${path} ${message}`, { errors: [{ path, message }] });
