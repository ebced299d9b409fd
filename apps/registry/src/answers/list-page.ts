import type { PlaceCreated } from '@sluice/contracts/list-pages';

/** Which part of a list is asked for; all of it without a limit. */
export interface WantedPage<Place = string> {
  limit?: number | undefined;
  /** What the page before ended at. */
  after?: Place | undefined;
}

/** The same of a list in the order of creation, whose ids don't tell that order. */
export type WantedCreated = WantedPage<PlaceCreated>;

/** How many rows to ask for: one more than are shown tells whether the list goes on. */
export const rowsFor = ({ limit }: { limit?: number | undefined }): number | undefined =>
  limit === undefined ? undefined : limit + 1;

/** What is shown of the rows that were found so. */
export const shownOf = <Row>(found: readonly Row[], { limit }: { limit?: number | undefined }) => ({
  shown: found.slice(0, limit),
  more: limit !== undefined && found.length > limit,
});
