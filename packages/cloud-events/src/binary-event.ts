import { checkAttributes } from './attribute-rules.js';
import { jsonDataFault, saysJson } from './json-data.js';
import type { EventFault, ReadEvent } from './read-event.js';

/**
 * An event in binary mode: its attributes by name (the content type as `datacontenttype`), as a binding decodes them from
 * its headers, and the body as its data.
 *
 * @param faults what was wrong with the headers already, at most one for each attribute
 */
export function readBinaryEvent(
  attributes: ReadonlyMap<string, string>,
  body: Uint8Array,
  faults: readonly EventFault[],
): ReadEvent {
  const given = new Map(attributes);
  const errors = [...faults];
  if (given.has('data')) errors.push({ path: 'data', message: 'is no attribute: in binary mode the body is the data' });
  // As in structured mode, data that does not say what it is counts as JSON.
  if (body.length > 0 && !given.has('datacontenttype')) given.set('datacontenttype', 'application/json');
  const checked = checkAttributes(given);
  const faulty = new Set(errors.map(({ path }) => path));
  if (!checked.ok) errors.push(...checked.errors.filter(({ path }) => !faulty.has(path)));
  const isJson = body.length > 0 && saysJson(given.get('datacontenttype'));
  const broken = errors.length === 0 && isJson ? jsonDataFault(body) : null;
  if (broken !== null) errors.push(broken);
  if (errors.length > 0 || !checked.ok) return { ok: false, errors, given };
  return { ok: true, attributes: checked.attributes, data: body };
}
