import { invalidRequest } from './airtable-fault.js';

/** Contract airtable 1.3: as many payloads a request gets, and as many when it does not say. */
const GREATEST_LIMIT = 50;

/** The first payload that is wanted: 1 when absent, zero and negative numbers count as 1. @throws {Fault} 422 otherwise. */
export function cursorOf(cursor: unknown): number {
  if (cursor === undefined) return 1;
  const number = wholeNumber(cursor);
  if (number !== null) return Math.max(1, number);
  throw invalidRequest(`cursor must be a whole number, at most ${Number.MAX_SAFE_INTEGER}`);
}

/** How many payloads are wanted at most. @throws {Fault} 422 unless it is absent or a whole number from 1 to 50. */
export function limitOf(limit: unknown): number {
  if (limit === undefined) return GREATEST_LIMIT;
  const number = wholeNumber(limit);
  if (number !== null && number >= 1 && number <= GREATEST_LIMIT) return number;
  throw invalidRequest(`limit must be a whole number from 1 to ${GREATEST_LIMIT}`);
}

function wholeNumber(text: unknown): number | null {
  if (typeof text !== 'string' || !/^-?\d+$/.test(text)) return null;
  const number = Number(text);
  return number <= Number.MAX_SAFE_INTEGER ? number : null;
}
