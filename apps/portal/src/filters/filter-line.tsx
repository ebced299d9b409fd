import type { JsonObject } from '@sluice/exact-json/json-value';
import { writeJson } from '@sluice/exact-json/write-json';
import { parseFilter } from '@sluice/filters/parse-filter';
import { filterLine } from './filter-words.js';

/** A filter as a line of words. */
export function FilterLine({ filter }: { filter: JsonObject }) {
  const parsed = parseFilter(filter);
  const line = parsed.ok ? filterLine(parsed.filter.root) : writeJson(filter);
  return (
    <span className="filter-words" title={line}>
      {line}
    </span>
  );
}
