import type { Attempt } from '../model/delivery.js';

/** How failure names (deliver/failure-name.ts) read for the owner of a webhook. */
const TEXTS: Readonly<Record<string, string>> = {
  timeout: 'The HTTP request was not answered completely within 25 seconds.',
  'connect timeout': 'The notification URL could not be connected to in time.',
  'connection refused': 'The notification URL refused the connection.',
  'address refused': 'The notification URL leads to an address that notifications are not sent to.',
  'host unreachable': 'The host of the notification URL could not be reached.',
  'connection reset': 'The connection was reset before the HTTP request was answered.',
  'connection closed': 'The connection was closed before the HTTP request was answered.',
  'response aborted': 'The HTTP response broke off before it was complete.',
  'response headers too large': 'The headers of the HTTP response were too large.',
  'malformed response': 'The answer was no well-formed HTTP response.',
};

/** What a webhook's list shows as the error of a ping's attempt that failed (contract airtable 3.4). */
export function pingFailure({ status, error }: Pick<Attempt, 'status' | 'error'>): string {
  if (error === null) return `The HTTP request returned a ${status} status code instead of 200 or 204.`;
  if (error.startsWith('dns: ')) return `The host of the notification URL could not be looked up (${error.slice(5)}).`;
  if (error.startsWith('tls: ')) return `The notification URL offered no secure connection (${error.slice(5)}).`;
  return TEXTS[error] ?? `The HTTP request failed: ${error}.`;
}
