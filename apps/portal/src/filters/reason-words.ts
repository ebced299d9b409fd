import { operatorWords } from './operator-words.js';

/** A text in JSON, an escaped `$` of a path, or what the filter language calls something. */
const PARTS = /"(?:[^"\\]|\\.)*"|\\\$|\$exist (?:true|false)\b|no alternative of \$or holds|\$[a-zA-Z]+/g;

const OTHERS: Readonly<Record<string, string>> = {
  ...operatorWords,
  '$exist true': 'exists',
  '$exist false': 'is missing',
  'no alternative of $or holds': 'none of the alternatives holds',
  $not: 'not',
};

/** Why an event did not match, as the API says it in the filter's own terms, in the words that this page has for them. */
export const reasonInWords = (reason: string): string => reason.replace(PARTS, (part) => OTHERS[part] ?? part);
