import { escaped } from '../html/escaped.js';
import type { DocumentSchema } from './document-reader.js';

/** What a number, the elements of a list or the length of a text may be, as a paragraph; empty where the schema sets no bounds. */
export function boundsHtml(schema: DocumentSchema): string {
  const { minimum, maximum, minItems, maxItems, maxLength, items } = schema;
  const said = [
    between('', inRange(minimum), inRange(maximum), ''),
    between('', minItems, maxItems, ' elements'),
    items === undefined ? '' : between('Each ', inRange(items.minimum), inRange(items.maximum), ''),
    between('', undefined, maxLength, ' characters'),
  ].filter((text) => text !== '');
  return said.length === 0 ? '' : `<p class="values">${said.map((text) => escaped(`${text}.`)).join(' ')}</p>`;
}

/** A bound that only says what JavaScript can count to is none. */
const inRange = (bound: number | undefined): number | undefined =>
  bound === undefined || Math.abs(bound) >= Number.MAX_SAFE_INTEGER ? undefined : bound;

function between(what: string, least: number | undefined, most: number | undefined, unit: string): string {
  if (least === undefined && most === undefined) return '';
  const begin = (text: string): string => (what === '' ? text : what + text.toLowerCase());
  if (most === undefined) return `${begin('At least')} ${least?.toLocaleString('en')}${unit}`;
  if (least === undefined) return `${begin('At most')} ${most.toLocaleString('en')}${unit}`;
  return `${begin('From')} ${least.toLocaleString('en')} to ${most.toLocaleString('en')}${unit}`;
}
