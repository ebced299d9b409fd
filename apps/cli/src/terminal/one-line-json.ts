import { isJson } from './is-json.js';

/** JSON on one line: the same value, for line breaks stand between its parts alone. What is no JSON stays as it is. */
export const oneLineJson = (text: string): string => (isJson(text) ? text.trim().replace(/\s*[\r\n]\s*/g, ' ') : text);
