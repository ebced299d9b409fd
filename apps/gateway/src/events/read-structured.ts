import { readStructuredEvent } from '@sluice/cloud-events/structured-event';
import { arrayRoot, objectRoot } from '../server/json-root.js';
import { EVENT_LIMIT_BYTES } from '../server/raw-bodies.js';
import { type Reading, readingOf, refusedReading } from './published-event.js';

/** Data may nest 100 deep (docs/architecture.md section 3), in whatever envelope it comes. */
const EVENT_DEPTH = 101;
const BATCH_DEPTH = 102;
const TOO_DEEP = 'the data of an event nests deeper than 100 levels of arrays and objects';

/**
 * An event in structured mode: one JSON object, attributes and data as members (CloudEvents JSON format 1.0). The data is
 * the slice of these bytes that `data` takes, or what `data_base64` decodes to.
 *
 * @throws {Fault} 400 when the bytes are another JSON value or nest too deep; JsonFault when they are no JSON.
 */
export function readStructured(bytes: Uint8Array): Reading {
  return readingOf(readStructuredEvent(bytes, objectRoot(bytes, { depth: EVENT_DEPTH, tooDeep: TOO_DEEP })));
}

/**
 * A batch: a JSON array of events in structured mode, each read or refused for itself.
 *
 * @throws {Fault} 400 when the bytes are another JSON value or nest too deep, JsonFault when they are no JSON: then nothing
 * can be told apart.
 */
export function readBatch(bytes: Uint8Array): Reading[] {
  return arrayRoot(bytes, { depth: BATCH_DEPTH, tooDeep: TOO_DEEP }).map(({ start, end, members }) => {
    if (end - start > EVENT_LIMIT_BYTES) {
      return refusedReading([{ path: '', message: `an event has at most ${EVENT_LIMIT_BYTES} bytes` }], undefined, 413);
    }
    if (members === null) return refusedReading([{ path: '', message: 'must be a JSON object' }]);
    return readingOf(readStructuredEvent(bytes, members));
  });
}
