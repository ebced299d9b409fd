import { z } from 'zod';
import { MOMENT_WANTED, readMoment } from '../../operations/moment.js';
import { shownAs } from '../../operations/shown-as.js';

export const EARLIEST = 'earliest';

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
