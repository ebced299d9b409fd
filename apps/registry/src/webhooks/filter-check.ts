import { accepted, type Result, refused } from '@sluice/contracts/result';
import { JsonFault } from '@sluice/exact-json/json-fault';
import type { JsonValue } from '@sluice/exact-json/json-value';
import { parseJson } from '@sluice/exact-json/parse-json';
import { explainMismatch } from '@sluice/filters/explain-mismatch';
import type { Filter } from '@sluice/filters/filter';
import { parseFilterText } from '@sluice/filters/parse-filter';
import type { FieldNames } from './field-names.js';

const FAULTS_TOLD = 3;

/** Both are JSON text. */
export interface GivenFilter {
  filter: string | null;
  sample: string | null;
  /** Contract airstack: no filter without a sample. */
  needsSample: boolean;
}

/** Whether a filter and its sample event are acceptable: the filter parses, and the sample satisfies it. */
export function checkFilter({ filter, sample, needsSample }: GivenFilter, fields: FieldNames): Result<null> {
  if (filter === null) return sample === null ? accepted(null) : discarded(readSample(sample, fields));
  const parsed = parseFilterText(filter);
  if (!parsed.ok) {
    const faults = parsed.faults.map(({ path, message }) => ({ field: below(fields.filter, path), message }));
    const message = faults.slice(0, FAULTS_TOLD).map((fault) => `${fault.field}: ${fault.message}`);
    return refused('invalid', message.join('; '), faults[0]?.field);
  }
  if (sample === null) {
    if (!needsSample) return accepted(null);
    return refused(
      'invalid',
      `${fields.sample} is required with a filter: a sample event that satisfies it`,
      fields.sample,
    );
  }
  const event = readSample(sample, fields);
  return event.ok ? checkMatch(parsed.filter, event.value, fields) : event;
}

function checkMatch(filter: Filter, event: JsonValue, fields: FieldNames): Result<null> {
  const mismatch = explainMismatch(filter, event);
  if (mismatch === null) return accepted(null);
  return refused('invalid', `${fields.sample} does not satisfy ${fields.filter}: ${mismatch}`, fields.sample);
}

function readSample(sample: string, fields: FieldNames): Result<JsonValue> {
  try {
    return accepted(parseJson(sample));
  } catch (error) {
    if (!(error instanceof JsonFault)) throw error;
    return refused('invalid', `${fields.sample} is not valid JSON: ${error.message}`, fields.sample);
  }
}

/** A sample without a filter has nothing to satisfy. */
const discarded = (result: Result<JsonValue>): Result<null> => (result.ok ? accepted(null) : result);

const below = (field: string, path: string): string => (path === '' ? field : `${field}.${path}`);
