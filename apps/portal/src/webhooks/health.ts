import type { Hour } from '../api/answers.js';

export type Health = 'healthy' | 'some fail' | 'failing';

/** So many of the latest attempts say how it is now; fewer, if there were no more. */
const ENOUGH = 20;
const WELL = 0.95;
const BADLY = 0.5;

/**
 * How a webhook fares, by its latest attempts alone: what was mended is healthy again before the day is over. Null where
 * nothing was tried.
 *
 * @param hours those in which there were attempts, in any order
 */
export function healthOf(hours: readonly Hour[]): Health | null {
  let attempts = 0;
  let succeeded = 0;
  for (const hour of hours.toSorted((a, b) => Date.parse(b.hour) - Date.parse(a.hour))) {
    if (attempts >= ENOUGH) break;
    attempts += hour.attempts;
    succeeded += hour.succeeded;
  }
  if (attempts === 0) return null;
  const share = succeeded / attempts;
  return share >= WELL ? 'healthy' : share < BADLY ? 'failing' : 'some fail';
}
