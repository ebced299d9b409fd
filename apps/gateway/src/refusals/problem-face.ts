import { STATUS_CODES } from 'node:http';
import type { Face } from './face.js';
import type { Fault } from './fault.js';

/**
 * What is answered by a cookie is stored nowhere on its way (without `Authorization` RFC 9111 would allow it), and is never
 * taken for anything but what it says it is: it holds what others wrote.
 */
const HEADERS = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' } as const;

/**
 * RFC 9457 problem details: the refusals of the management API, of event publishing and of every path that is nobody's.
 * `errors` lists what is wrong by path. Owns every path, so it comes last.
 */
export const problemFace: Face = {
  owns: () => true,
  refuse: (fault) => ({ contentType: 'application/problem+json', body: JSON.stringify(problem(fault)) }),
  headers: HEADERS,
};

const problem = ({ status, message, details }: Fault): Record<string, unknown> => ({
  type: 'about:blank',
  title: STATUS_CODES[status] ?? 'Error',
  status,
  detail: message,
  ...(details.errors === undefined ? {} : { errors: details.errors }),
  ...details.members,
});
