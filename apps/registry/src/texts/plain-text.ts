/** Control characters and lone surrogates: PostgreSQL refuses or changes some, logs and pages are confused by the rest. */
const UNPRINTABLE = /[\p{Cc}\p{Cs}]/gu;

/** Why a text for people is not accepted, as the rest of a sentence about it; null when it is. */
export function plainTextFault(text: string, maximum: number): string | null {
  if (text.length > maximum) return `is longer than ${maximum} characters`;
  return text.search(UNPRINTABLE) >= 0 ? 'contains control characters' : null;
}

/** A text that others wrote, made fit to store and show. */
export const plainText = (text: string, maximum: number): string => text.slice(0, maximum).replace(UNPRINTABLE, ' ');
