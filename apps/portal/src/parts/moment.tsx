import { useTick } from './use-tick.js';

const FULL = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'medium' });
const DAY = new Intl.DateTimeFormat('en', { month: 'short', day: 'numeric' });
const TIME = new Intl.DateTimeFormat('en', { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' });
const AGO = new Intl.RelativeTimeFormat('en', { numeric: 'auto', style: 'long' });

const UNITS: [Intl.RelativeTimeFormatUnit, number][] = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
];

/** `3 minutes ago`, `in 2 hours`. */
function relative(iso: string): string {
  const seconds = Math.round((Date.parse(iso) - Date.now()) / 1_000);
  const [unit, length] = UNITS.find(([, size]) => Math.abs(seconds) >= size) ?? UNITS[3]!;
  return AGO.format(Math.trunc(seconds / length), unit);
}

const fullMoment = (iso: string): string => FULL.format(new Date(iso));

/** A moment by how long ago it is, with the whole of it at hand. */
export function Ago({ at }: { at: string }) {
  useTick();
  return (
    <time dateTime={at} title={fullMoment(at)}>
      {relative(at)}
    </time>
  );
}

/** When something comes: `in 5 minutes`, and once that is over, until it has come, `due now`. */
export function Due({ at }: { at: string }) {
  useTick();
  return (
    <time dateTime={at} title={fullMoment(at)}>
      {Date.parse(at) > Date.now() ? relative(at) : 'due now'}
    </time>
  );
}

/** `Nov 30, 14:02:11`. */
export const Exact = ({ at }: { at: string }) => (
  <time dateTime={at} title={fullMoment(at)}>
    {DAY.format(new Date(at))}, {TIME.format(new Date(at))}
  </time>
);
