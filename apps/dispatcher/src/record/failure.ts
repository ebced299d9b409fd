import type { Attempt } from '../model/delivery.js';
import { plainText } from './refusal.js';

/** How an attempt failed, in a few words: why there was no answer that counts, or which one; null without an attempt. */
export const failureOf = (attempt: Attempt | null): string | null => {
  if (attempt === null) return null;
  return attempt.error === null ? `HTTP ${attempt.status}` : plainText(attempt.error);
};
