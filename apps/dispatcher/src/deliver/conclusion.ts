import type { AttemptResult } from './endpoint-attempt.js';

/**
 * What an attempt's result means in the general policy (docs/architecture.md section 5):
 * - `delivered`: a complete answer with any 2xx;
 * - `gone`: 410, the endpoint never wants to hear from this webhook again;
 * - `overloaded`: 429, 502, 503, 504, wait before anything else is sent to it;
 * - `failed`: everything else, redirects among it, and an answer that did not come or did not end.
 */
export type Conclusion = 'delivered' | 'gone' | 'overloaded' | 'failed';

const OVERLOADED = new Set([429, 502, 503, 504]);

/** The conclusion from an answer's status, or from there being none; `error` says why an answer does not count. */
export function conclude({ status, error }: Pick<AttemptResult, 'status' | 'error'>): Conclusion {
  if (status === null) return 'failed';
  if (status === 410) return 'gone';
  if (OVERLOADED.has(status)) return 'overloaded';
  return error === null && status >= 200 && status < 300 ? 'delivered' : 'failed';
}
