import { ExactNumber } from '@sluice/exact-json/exact-number';
import type { JsonObject, JsonValue } from '@sluice/exact-json/json-value';
import { writeJson } from '@sluice/exact-json/write-json';
import { Unreadable } from '../conversion/conversion.js';

/** As at the HTTP intake: whoever reads an event's data takes no more. */
const DEPTH = 100;

/**
 * The data of an event, as bytes.
 *
 * @throws {Unreadable} when arrays and objects nest deeper than events may.
 */
export function writeData(data: JsonObject): Uint8Array {
  if (isDeeper(data, DEPTH)) throw new Unreadable(`data: nests deeper than ${DEPTH} levels`);
  return Buffer.from(writeJson(data), 'utf8');
}

function isDeeper(value: JsonValue, levels: number): boolean {
  if (value === null || typeof value !== 'object' || value instanceof ExactNumber) return false;
  return levels === 0 || Object.values(value).some((each) => isDeeper(each, levels - 1));
}
