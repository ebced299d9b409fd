import { JsonFault } from '@sluice/exact-json/json-fault';
import { parseJson } from '@sluice/exact-json/parse-json';

/** What keeps a text from being JSON, and in which line; null for JSON. */
export function jsonFaultOf(text: string): string | null {
  try {
    parseJson(text);
    return null;
  } catch (error) {
    if (!(error instanceof JsonFault)) throw error;
    const before = new TextDecoder().decode(new TextEncoder().encode(text).subarray(0, error.offset));
    return `No JSON yet, line ${before.split('\n').length}: ${error.message}.`;
  }
}
