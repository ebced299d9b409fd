/** A round number that is not less, whose steps are round and whole: 1, 2, 2.5, 3 or 5 of a decimal place. */
export function niceTop(greatest: number, steps = 4): number {
  const rough = greatest / steps;
  if (rough <= 1) return steps;
  const place = 10 ** Math.floor(Math.log10(rough));
  const fits = (step: number) => step >= rough && Number.isInteger(step);
  const step = [1, 2, 2.5, 3, 5, 10].map((factor) => factor * place).find(fits) ?? rough;
  return step * steps;
}

const HOUR_MS = 3_600_000;

/** One place for each stretch of time, also for those in which nothing was. */
export function stretches<Item extends { hour: string }>(
  items: readonly Item[],
  from: string,
  to: string,
  lengthHours: number,
) {
  const length = lengthHours * HOUR_MS;
  const first = Math.floor(Date.parse(from) / length) * length;
  const count = Math.max(1, Math.ceil((Date.parse(to) - first) / length));
  const places = Array.from({ length: count }, (_, index) => ({ at: first + index * length, items: [] as Item[] }));
  for (const item of items) places[Math.floor((Date.parse(item.hour) - first) / length)]?.items.push(item);
  return places;
}
