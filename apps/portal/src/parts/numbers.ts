const WHOLE = new Intl.NumberFormat('en');
const SHORT = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });

export const whole = (count: number): string => WHOLE.format(count);
export const compact = (count: number): string => (count < 10_000 ? WHOLE.format(count) : SHORT.format(count));

/** `99.4 %`; 100 % only when nothing failed. */
export function percent(share: number | null): string {
  if (share === null) return '–';
  const shown = share < 1 ? Math.min(share * 100, 99.9) : 100;
  return `${shown === 100 || shown === 0 ? shown : shown.toFixed(1)} %`;
}

/** `42 ms`, `1.3 s`. */
export function milliseconds(time: number | null | undefined): string {
  if (time === null || time === undefined) return '–';
  if (time < 1_000) return `${Math.round(time)} ms`;
  return `${(time / 1_000).toFixed(time < 10_000 ? 1 : 0)} s`;
}

const UNITS = [
  [86_400, 'd'],
  [3_600, 'h'],
  [60, 'min'],
] as const;

/** `5 s`, `90 s`, `2 min`, `10 h`: in the greatest unit that leaves nothing over. */
export function duration(seconds: number): string {
  const [length, name] = UNITS.find(([size]) => seconds > 0 && seconds % size === 0) ?? [1, 's'];
  return `${whole(seconds / length)} ${name}`;
}

export const plural = (count: number, one: string, many = `${one}s`): string =>
  `${whole(count)} ${count === 1 ? one : many}`;
