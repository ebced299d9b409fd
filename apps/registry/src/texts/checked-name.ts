import { accepted, type Result, refused } from '@sluice/contracts/result';
import { plainTextFault } from './plain-text.js';

/** Of names, emails, ids of other systems. */
export const NAME_LIMIT = 200;

/** A name that somebody gave, without white space around it; refused when it is empty, long, or confuses who reads it. */
export function checkedName(name: string, field: string): Result<string> {
  const trimmed = name.trim();
  const fault = trimmed === '' ? 'is empty' : plainTextFault(trimmed, NAME_LIMIT);
  return fault === null ? accepted(trimmed) : refused('invalid', `${field} ${fault}`, field);
}
