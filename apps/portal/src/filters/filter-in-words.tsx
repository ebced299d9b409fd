import type { JsonObject } from '@sluice/exact-json/json-value';
import { writeJson } from '@sluice/exact-json/write-json';
import { parseFilter } from '@sluice/filters/parse-filter';
import { filterLine } from './filter-words.js';

/** A stored filter in one line of words. */
function lineOf(filter: JsonObject | null): string {
  if (filter === null) return 'every event';
  const parsed = parseFilter(filter);
  return parsed.ok ? filterLine(parsed.filter.root) : writeJson(filter);
}

export const FilterInWords = ({ filter }: { filter: JsonObject | null }) => {
  const line = lineOf(filter);
  return (
    <span className={filter === null ? 'filter-words muted' : 'filter-words'} title={line}>
      {line}
    </span>
  );
};
