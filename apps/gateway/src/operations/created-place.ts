import type { PlaceCreated } from '@sluice/contracts/list-pages';
import { cursor, cursorBehind } from './page.js';

type Kind = 'users' | 'bases' | 'integrations';

const PLACE = /^\w+\/(\d+)\/(.*)$/su;

/**
 * The query parameter `cursor` of a list in the order of creation, whose ids don't tell that order.
 *
 * @param id the form of an id.
 */
export const createdCursor = (kind: Kind, id: RegExp) => cursor(new RegExp(`^${kind}/\\d{1,13}/${id.source}$`, 'u'));

/** The `next_cursor` of such a list. */
export const cursorBehindCreated = (kind: Kind, things: readonly PlaceCreated[], more: boolean): string | null =>
  cursorBehind(things, more, ({ createdAt, id }) => `${kind}/${Date.parse(createdAt)}/${id}`);

/** What the page before ended at; undefined for the first page. */
export function afterCreated(place: string | undefined): PlaceCreated | undefined {
  const [, createdMs, id] = PLACE.exec(place ?? '') ?? [];
  return createdMs === undefined || id === undefined
    ? undefined
    : { createdAt: new Date(Number(createdMs)).toISOString(), id };
}
