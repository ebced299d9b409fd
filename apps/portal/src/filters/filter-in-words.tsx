import type { JsonObject } from '@sluice/exact-json/json-value';
import { writeJson } from '@sluice/exact-json/write-json';
import { lazy, Suspense } from 'react';

type Shown = { filter: JsonObject };

/** The filter language is the greatest part of the page's program. Until it is there, nothing else waits for it. */
const FilterLine = lazy(async () => {
  try {
    return { default: (await import('./filter-line.js')).FilterLine };
  } catch {
    return { default: FilterAsJson };
  }
});

const FilterAsJson = ({ filter }: Shown) => <code className="filter-words">{writeJson(filter)}</code>;

/** A stored filter in one line of words. */
export const FilterInWords = ({ filter }: { filter: JsonObject | null }) =>
  filter === null ? (
    <span className="filter-words muted">every event</span>
  ) : (
    <Suspense fallback={<span className="skeleton-line skeleton-words" />}>
      <FilterLine filter={filter} />
    </Suspense>
  );
