import { HIDDEN } from '@sluice/contracts/delivery-commands';
import type { ResponseHeaders } from './endpoint-attempt.js';

/** Of all headers of a response together, names and values. */
const MOST_KEPT = 1_024;

/** Names of headers whose values may open something. Whoever may read deliveries need not see them. */
const SECRET = /cookie|auth|token|secret|passw|signature|credential|session|csrf|xsrf|api-?key|airstack-webhook/i;

/**
 * The headers of a response as they are stored with its attempt: JSON, names and values in the order in which they came, as
 * many as fit. Values that may be secret are hidden; so is the query of a `Location`, which may carry what lets in.
 */
export function keptHeaders(headers: ResponseHeaders): Buffer {
  const kept: [name: string, value: string][] = [];
  let room = MOST_KEPT;
  for (const [name, values] of Object.entries(headers)) {
    if (values === undefined) continue;
    const value = shown(name, Array.isArray(values) ? values.join(', ') : values);
    room -= Buffer.byteLength(name) + Buffer.byteLength(value);
    if (room < 0) break;
    kept.push([name, value]);
  }
  return Buffer.from(JSON.stringify(kept), 'utf8');
}

function shown(name: string, value: string): string {
  if (SECRET.test(name)) return HIDDEN;
  return name === 'location' ? value.replace(/[?#].*$/s, `?${HIDDEN}`) : value;
}
