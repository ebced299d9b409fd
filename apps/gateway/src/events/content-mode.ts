import { readMediaType } from '@sluice/cloud-events/media-type';
import { Fault } from '../refusals/fault.js';
import { BATCH_LIMIT_BYTES, EVENT_LIMIT_BYTES } from '../server/raw-bodies.js';
import type { Reading } from './published-event.js';
import { hasAttributeHeaders, readBinary } from './read-binary.js';
import { readBatch, readStructured } from './read-structured.js';

export type ContentMode = 'structured' | 'binary' | 'batch';

/** Events in one request, whatever their size. */
const BATCH_COUNT_LIMIT = 10_000;

const STRUCTURED = 'application/cloudevents+json';
const BATCH = 'application/cloudevents-batch+json';

/**
 * In which of the three modes of the CloudEvents HTTP binding a request is.
 *
 * @throws {Fault} 415 when it is in none of them.
 */
export function contentModeOf(contentType: string | undefined, rawHeaders: readonly string[]): ContentMode {
  const { essence, charset } = readMediaType(contentType ?? '') ?? { essence: '', charset: null };
  if (essence === STRUCTURED || essence === BATCH) {
    if (charset !== null && charset !== 'utf-8') throw unsupported(`charset ${charset} is not possible: send UTF-8`);
    return essence === BATCH ? 'batch' : 'structured';
  }
  if (essence.startsWith('application/cloudevents')) throw unsupported(`${essence} is not read here`);
  if (hasAttributeHeaders(rawHeaders)) return 'binary';
  throw unsupported('this is not a CloudEvent');
}

/**
 * The events that a request carries.
 *
 * @throws {JsonFault} when a structured event or a batch is no valid JSON; {@link Fault} 413 when it is too large.
 */
export function readEvents(mode: ContentMode, rawHeaders: readonly string[], body: Uint8Array): Reading[] {
  const limit = mode === 'batch' ? BATCH_LIMIT_BYTES : EVENT_LIMIT_BYTES;
  if (body.length > limit)
    throw new Fault(413, `${mode === 'batch' ? 'a batch' : 'an event'} has at most ${limit} bytes`);
  if (mode === 'structured') return [readStructured(body)];
  if (mode === 'binary') return [readBinary(rawHeaders, body)];
  const readings = readBatch(body);
  if (readings.length > BATCH_COUNT_LIMIT) throw new Fault(413, `a batch has at most ${BATCH_COUNT_LIMIT} events`);
  return readings;
}

const unsupported = (message: string): Fault =>
  new Fault(415, `${message}: send ${STRUCTURED}, ${BATCH}, or any type with the attributes as ce- headers`, {
    headers: { accept: `${STRUCTURED}, ${BATCH}, */*` },
  });
