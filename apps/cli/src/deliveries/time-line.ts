import { plain } from '../terminal/plain.js';
import { table } from '../terminal/table.js';
import { timeBetween } from '../terminal/time-between.js';

/** Of `GET /v1/deliveries/{id}` (docs/api.md). */
export interface Attempt {
  number: number;
  at: string;
  status: number | null;
  error: string | null;
  latency_ms: number;
  response_headers: Record<string, string> | null;
  response_excerpt: string;
}

export interface TimedDelivery {
  /** Null when it is no longer known. */
  event: { accepted_at: string } | null;
  state: string;
  reason: string | null;
  ended_at: string | null;
  next: { at: string | null; because: string } | null;
  attempts: readonly Attempt[];
}

interface Happening {
  at: string | null;
  what: string;
}

/** What happened to a delivery and will happen, a line each, with the time since the line before. */
export function timeLine(delivery: TimedDelivery): string {
  const happenings = happeningsOf(delivery);
  const rows = happenings.map(({ at, what }, index) => {
    const before = happenings[index - 1]?.at ?? null;
    return { at, after: at === null || before === null ? '' : `+${timeBetween(before, at)}`, what };
  });
  return table(rows, [
    ['at', 'at'],
    ['after', 'after'],
    ['what', 'what'],
  ]);
}

function happeningsOf({ event, state, reason, ended_at, next, attempts }: TimedDelivery): Happening[] {
  const happenings: Happening[] = event === null ? [] : [{ at: event.accepted_at, what: 'event accepted' }];
  for (const attempt of attempts) happenings.push({ at: attempt.at, what: outcomeOf(attempt) });
  if (ended_at !== null) happenings.push({ at: ended_at, what: reason === null ? state : `${state}: ${reason}` });
  if (next !== null) happenings.push({ at: next.at, what: `next attempt: ${next.because}` });
  return happenings;
}

const outcomeOf = ({ number, status, error, latency_ms }: Attempt): string => {
  const outcome = [status === null ? null : `HTTP ${status}`, error].filter((part) => part !== null).join(', ');
  return `attempt ${number}: ${outcome} in ${latency_ms} ms`;
};

/** What the endpoint answered to each attempt of which something is kept, as it was on the wire. */
export const answersText = (attempts: readonly Attempt[]): string[] =>
  attempts
    .filter(({ response_headers: headers, response_excerpt: excerpt }) => headers !== null || excerpt !== '')
    .map(({ number, response_headers: headers, response_excerpt: excerpt }) => {
      const lines = Object.entries(headers ?? {}).map(([name, value]) => `${name}: ${value}`);
      if (excerpt !== '') lines.push(...(lines.length > 0 ? [''] : []), ...excerpt.trimEnd().split('\n'));
      return [`Answer to attempt ${number}`, ...lines.map((line) => (line === '' ? '' : `  ${plain(line)}`))].join(
        '\n',
      );
    });
