import { useState } from 'react';
import { fromLocal } from '../webhooks/local-moment.js';

const USUAL = [
  ['', 'Any time'],
  ['1', 'Last hour'],
  ['24', 'Last 24 hours'],
  ['168', 'Last 7 days'],
  ['own', 'Between …'],
] as const;
const HOUR_MS = 3_600_000;

/** Moments of ISO 8601; what is not there is not limited. */
export interface Stretch {
  since?: string;
  until?: string;
}

/** Chooses a stretch of time: a usual one, or one of one's own. */
export function TimeRange({ change }: { change: (stretch: Stretch) => void }) {
  const [choice, setChoice] = useState('');
  const [own, setOwn] = useState({ since: '', until: '' });
  const choose = (value: string) => {
    setChoice(value);
    if (value === 'own') change(moments(own));
    else change(value === '' ? {} : { since: new Date(Date.now() - Number(value) * HOUR_MS).toISOString() });
  };
  const type = (part: Partial<typeof own>) => {
    const typed = { ...own, ...part };
    setOwn(typed);
    change(moments(typed));
  };
  return (
    <>
      <select aria-label="Time" value={choice} onChange={(event) => choose(event.target.value)}>
        {USUAL.map(([value, text]) => (
          <option key={text} value={value}>
            {text}
          </option>
        ))}
      </select>
      {choice === 'own' ? (
        <>
          <label className="beside">
            From
            <input type="datetime-local" value={own.since} onChange={(event) => type({ since: event.target.value })} />
          </label>
          <label className="beside">
            Until
            <input type="datetime-local" value={own.until} onChange={(event) => type({ until: event.target.value })} />
          </label>
        </>
      ) : null}
    </>
  );
}

const moments = ({ since, until }: { since: string; until: string }): Stretch => ({
  ...(since === '' ? {} : { since: fromLocal(since) }),
  ...(until === '' ? {} : { until: fromLocal(until) }),
});
