import { isJsonObject } from '@sluice/exact-json/json-object';
import type { JsonObject, JsonValue } from '@sluice/exact-json/json-value';
import { explainMismatch } from '@sluice/filters/explain-mismatch';
import { parseFilter } from '@sluice/filters/parse-filter';
import { Fault } from '../refusals/fault.js';
import type { JsonMembers } from '../server/json-body.js';

/**
 * `POST /api/v1/filters/test`: whether the sample satisfies the filter. Returns when it does.
 *
 * @throws {Fault} 400 naming the operator or path that is wrong, or the condition that failed on which value.
 */
export function testFilter(body: JsonMembers): void {
  checkEventType(body);
  const payload = body.value('payload');
  if (payload === undefined) throw body.fault('payload', 'is required and missing: the sample event');
  const given = body.optionalObject('filter');
  if (given === null) throw body.fault('filter', 'is required and missing');
  const parsed = parseFilter(unwrap(given, payload));
  if (!parsed.ok) {
    const faults = parsed.faults.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`));
    throw outcome(`invalid filter: ${faults.join('; ')}`);
  }
  const mismatch = explainMismatch(parsed.filter, payload);
  if (mismatch !== null) throw outcome(`the payload does not match the filter: ${mismatch}`);
}

/** The two public pages spell it differently. A test does not need the type: it is checked where it is given. */
function checkEventType(body: JsonMembers): void {
  for (const name of ['event_type', 'eventTypes']) {
    const value = body.value(name) ?? null;
    const names = Array.isArray(value) ? value : [value];
    if (value !== null && !names.every((type) => typeof type === 'string' && type !== '')) {
      throw body.fault(name, 'must be the name of an event type');
    }
  }
}

/** `{ "body": <filter> }` is the filter within, unless the sample itself has a `body` to look into. */
function unwrap(filter: JsonObject, payload: JsonValue): JsonValue {
  const names = Object.keys(filter);
  const { body } = filter;
  if (names.length !== 1 || !isJsonObject(body)) return filter;
  return isJsonObject(payload) && typeof payload.body === 'object' && payload.body !== null ? filter : body;
}

/** The answer of the contract for a test that was carried out and failed: the outcome and nothing else. */
const outcome = (message: string): Fault => new Fault(400, message, { members: { outcomeOnly: true } });
