import { randomUUID } from 'node:crypto';
import { JsonFault } from '@sluice/exact-json/json-fault';
import { elementSlices, memberSlices } from '@sluice/exact-json/parse-json';
import { misused } from '../failure/command-failure.js';

/** What an event gets that does not say it itself. */
export interface Defaults {
  source: string;
  type?: string;
}

const NEWLINE = 0x0a;

/**
 * The events of a JSON array, or of lines with one each (NDJSON): CloudEvents in JSON, each as it was written, with what
 * it lacks in front: `specversion`, a random `id`, and the defaults.
 *
 * @throws {CommandFailure} that says where something is no JSON.
 */
export function readEvents(bytes: Buffer, defaults: Defaults): string[] {
  const isArray = /^\s*\[/.test(bytes.toString('latin1', 0, 1_000));
  const events = isArray ? eventsOfArray(bytes, defaults) : eventsOfLines(bytes, defaults);
  if (events.length === 0) throw misused('--batch: there is no event in it');
  return events;
}

function eventsOfArray(bytes: Buffer, defaults: Defaults): string[] {
  return naming('', () =>
    elementSlices(bytes).map(({ start, end, members }) => {
      const text = bytes.toString('utf8', start, end);
      // What is no object is told of by the API, with its place.
      return members === null ? text : completed(text, members, defaults);
    }),
  );
}

function eventsOfLines(bytes: Buffer, defaults: Defaults): string[] {
  const events: string[] = [];
  let number = 0;
  for (let start = 0; start < bytes.length; ) {
    number += 1;
    const found = bytes.indexOf(NEWLINE, start);
    const end = found === -1 ? bytes.length : found;
    const line = bytes.subarray(start, end);
    const text = line.toString('utf8').trim();
    if (text !== '') events.push(naming(`line ${number}: `, () => completed(text, memberSlices(line), defaults)));
    start = end + 1;
  }
  return events;
}

/** Adds text to text: parsed and written again, a long number would lose digits. */
function completed(text: string, members: ReadonlyMap<string, unknown>, defaults: Defaults): string {
  const lacking = Object.entries({ specversion: '1.0', id: randomUUID(), ...defaults })
    .filter(([name, value]) => value !== undefined && !members.has(name))
    .map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`);
  if (lacking.length === 0) return text;
  return `{${lacking.join(',')}${members.size > 0 ? ',' : ''}${text.slice(1)}`;
}

function naming<T>(place: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof JsonFault) throw misused(`--batch: ${place}${error.message}`);
    throw error;
  }
}
