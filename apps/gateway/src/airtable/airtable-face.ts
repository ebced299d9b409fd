import { STATUS_CODES } from 'node:http';
import type { Face } from '../refusals/face.js';
import type { Fault } from '../refusals/fault.js';

/** What contract airtable 1.7 has one type and one sentence for, whoever refused it. */
const WORDED: Readonly<Record<number, { type: string; message: string }>> = {
  401: { type: 'AUTHENTICATION_REQUIRED', message: 'Authentication required' },
  429: { type: 'RATE_LIMIT_REACHED', message: 'Rate limit exceeded. Please try again later' },
  503: {
    type: 'RETRIABLE_ERROR',
    message: 'Server encountered an error while processing your request, and it is safe to retry the request',
  },
};

/**
 * Every refusal under `/v0/` in the two envelopes of contract airtable 1.7: the bare one where there is no route, else
 * type and message. A status that the contract has no type for has its own name for one: `PAYLOAD_TOO_LARGE`.
 */
export const airtableFace: Face = {
  owns: (path) => path === '/v0' || path.startsWith('/v0/'),
  refuse: (fault) => ({
    contentType: 'application/json; charset=utf-8',
    body: JSON.stringify({ error: isUnrouted(fault) ? 'NOT_FOUND' : errorOf(fault) }),
  }),
  hidesMethods: true,
};

/** A 404 of a handler's has a type. */
const isUnrouted = ({ status, details }: Fault): boolean => status === 404 && details.type === undefined;

const errorOf = ({ status, message, details }: Fault): { type: string; message: string } =>
  WORDED[status] ?? { type: details.type ?? nameOf(status), message };

const nameOf = (status: number): string => (STATUS_CODES[status] ?? 'Error').toUpperCase().replace(/[^A-Z]+/g, '_');
