import { isJsonObject } from '@sluice/exact-json/json-object';
import type { JsonObject, JsonValue } from '@sluice/exact-json/json-value';
import { explainMismatch } from '@sluice/filters/explain-mismatch';
import { parseFilter } from '@sluice/filters/parse-filter';
import { Fault } from '../refusals/fault.js';
import type { FilterTest } from './airstack-operations.js';

/**
 * `POST /api/v1/filters/test`: whether the sample satisfies the filter. Returns when it does; no filter asks for nothing,
 * as at creation.
 *
 * @throws {Fault} 400 naming the operator or path that is wrong, or the condition that failed on which value.
 */
export function testFilter({ filter, payload: sample }: FilterTest): void {
  if (filter == null) return;
  const given = filter.value;
  const payload = sample?.value ?? null;
  const parsed = parseFilter(unwrap(given, payload));
  if (!parsed.ok) {
    const faults = parsed.faults.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`));
    throw new Fault(400, `invalid filter: ${faults.join('; ')}`);
  }
  const mismatch = explainMismatch(parsed.filter, payload);
  if (mismatch !== null) throw new Fault(400, `the payload does not match the filter: ${mismatch}`);
}

/**
 * The event type of a test and the member that names it, which the two public pages spell differently; null when there is
 * none: the outcome does not depend on it.
 *
 * @throws {Fault} 400 when the two spellings contradict each other.
 */
export function testedType(body: FilterTest): { name: string; member: string } | null {
  const [first, second] = SPELLINGS.flatMap((member) => {
    const name = body[member];
    return name == null ? [] : [{ name, member }];
  });
  if (first !== undefined && second !== undefined && first.name !== second.name) {
    throw new Fault(400, `${first.member} and ${second.member} must be the same where both are given`);
  }
  return first ?? null;
}

const SPELLINGS = ['event_type', 'eventTypes'] as const;

/** `{ "body": <filter> }` is the filter within, unless the sample itself has a `body` to look into. */
function unwrap(filter: JsonObject, payload: JsonValue): JsonValue {
  const names = Object.keys(filter);
  const { body } = filter;
  if (names.length !== 1 || !isJsonObject(body)) return filter;
  return isJsonObject(payload) && typeof payload.body === 'object' && payload.body !== null ? filter : body;
}
