import { STATUS_CODES } from 'node:http';
import type { Face } from './face.js';
import type { Fault } from './fault.js';

/**
 * RFC 9457 problem details: the refusals of the management API, of event publishing and of every path that is nobody's.
 * `errors` lists what is wrong by path. Owns every path, so it comes last.
 */
export const problemFace: Face = {
  owns: () => true,
  refuse: (fault) => ({ contentType: 'application/problem+json', body: JSON.stringify(problem(fault)) }),
};

const problem = ({ status, message, details }: Fault): Record<string, unknown> => ({
  type: 'about:blank',
  title: STATUS_CODES[status] ?? 'Error',
  status,
  detail: message,
  ...(details.errors === undefined ? {} : { errors: details.errors }),
  ...details.members,
});
