import { fromLocal } from '../parts/local-moment.js';
import type { LogFilters } from './use-log-filters.js';

const USUAL = [
  ['', 'Any time'],
  ['1', 'Last hour'],
  ['24', 'Last 24 hours'],
  ['168', 'Last 7 days'],
  ['own', 'Between …'],
] as const;
const HOUR_MS = 3_600_000;

type Time = Pick<LogFilters, 'time' | 'from' | 'until'>;

/** Moments of ISO 8601; what is not there is not limited. */
interface Stretch {
  since?: string;
  until?: string;
}

/** The stretch of time that was chosen, counted from now. */
export function stretchOf({ time, from, until }: Time): Stretch {
  if (time === 'own') {
    return { ...moment('since', from), ...moment('until', until) };
  }
  const hours = Number(time);
  return hours > 0 ? { since: new Date(Date.now() - hours * HOUR_MS).toISOString() } : {};
}

/** What stands in the address may be anything. */
const moment = (name: keyof Stretch, typed: string): Stretch =>
  Number.isNaN(Date.parse(typed)) ? {} : { [name]: fromLocal(typed) };

/** Chooses a stretch of time: a usual one, or one of one's own. */
export const TimeRange = ({ chosen, change }: { chosen: Time; change: (part: Partial<Time>) => void }) => (
  <>
    <select aria-label="Time" value={chosen.time} onChange={(event) => change({ time: event.target.value })}>
      {USUAL.map(([value, text]) => (
        <option key={text} value={value}>
          {text}
        </option>
      ))}
    </select>
    {chosen.time === 'own' ? (
      <>
        <label className="beside">
          From
          <input type="datetime-local" value={chosen.from} onChange={(event) => change({ from: event.target.value })} />
        </label>
        <label className="beside">
          Until
          <input
            type="datetime-local"
            value={chosen.until}
            onChange={(event) => change({ until: event.target.value })}
          />
        </label>
      </>
    ) : null}
  </>
);
