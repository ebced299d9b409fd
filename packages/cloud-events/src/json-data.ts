import { JsonFault, NestingFault } from '@sluice/exact-json/json-fault';
import { parseJson } from '@sluice/exact-json/parse-json';
import { isJsonType, readMediaType } from './media-type.js';
import type { EventFault } from './read-event.js';

/** Whether data of this content type is JSON; data that says nothing is not. */
export const saysJson = (contentType: string | undefined): boolean =>
  contentType !== undefined && isJsonType(readMediaType(contentType)?.essence ?? '');

/** Data that calls itself JSON must be it, strictly: what is matched later is what was checked here. Null when it is. */
export function jsonDataFault(data: Uint8Array): EventFault | null {
  try {
    parseJson(data);
    return null;
  } catch (fault) {
    if (!(fault instanceof JsonFault)) throw fault;
    if (fault instanceof NestingFault) return { path: 'data', message: `nests deeper than ${fault.limit} levels` };
    return { path: 'data', message: `is not valid JSON: ${fault.message} at byte ${fault.offset}` };
  }
}
