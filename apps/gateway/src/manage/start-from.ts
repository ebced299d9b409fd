import { z } from 'zod';
import { shownAs } from '../operations/shown-as.js';
import type { JsonMembers } from '../server/json-body.js';
import { MOMENT_WANTED, readMoment } from './moment.js';

const EARLIEST = 'earliest';

/** From when on a webhook is to have events: the member `start_from`, a moment or `earliest`. */
function readStartFrom(body: JsonMembers): string {
  const text = body.string('start_from');
  const start = text === EARLIEST ? text : readMoment(text);
  if (start === null) throw body.fault('start_from', `${MOMENT_WANTED}, or "${EARLIEST}"`);
  return start;
}

/** The same of a new webhook, which may go without (null): no event of the future can be missed. */
export function optionalStartFrom(body: JsonMembers, nowMs: number): string | null {
  if (!body.has('start_from')) return null;
  const start = readStartFrom(body);
  if (start !== EARLIEST && Date.parse(start) > nowMs) throw body.fault('start_from', 'must not be in the future');
  return start;
}

const START_WANTED = { error: `${MOMENT_WANTED}, or "${EARLIEST}"` };

/** From when on a webhook is to have events: a moment, or `earliest`. */
export const startFrom = shownAs(
  { anyOf: [{ type: 'string', format: 'date-time' }, { const: EARLIEST }] },
  z.string(START_WANTED).transform((text, context) => {
    const start = text === EARLIEST ? text : readMoment(text);
    if (start !== null) return start;
    context.issues.push({ code: 'custom', message: START_WANTED.error, input: text });
    return z.NEVER;
  }),
).meta({ description: 'A moment, or `earliest`: all that the stream still has.' });
