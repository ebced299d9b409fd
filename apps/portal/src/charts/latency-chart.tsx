import { milliseconds } from '../parts/numbers.js';
import { ChartFrame } from './frame.js';
import type { Place } from './places.js';
import { niceTop } from './scale.js';

const LINES = ['p50', 'p95', 'p99'] as const;

/** Percentiles of how long attempts took, by time. Where there were none the lines are broken. */
export function LatencyChart({ places, label }: { places: Place[]; label: string }) {
  const top = niceTop(Math.max(...places.map(({ latency }) => latency?.p99 ?? 0)));
  return (
    <ChartFrame label={label} top={top} format={milliseconds} below={places.map(({ short }) => short)}>
      {({ x, y }) => {
        const across = (index: number) => x((index + 0.5) / places.length);
        return LINES.map((line) => (
          <g key={line} className={`line line-${line}`}>
            {runs(places.map(({ latency }) => latency?.[line] ?? null)).map((run) =>
              run.length === 1 ? (
                <circle key={run[0]!.index} cx={across(run[0]!.index)} cy={y(run[0]!.value / top)} r="3" />
              ) : (
                <path
                  key={run[0]!.index}
                  d={`M${run.map(({ index, value }) => `${across(index).toFixed(1)} ${y(value / top).toFixed(1)}`).join('L')}`}
                />
              ),
            )}
          </g>
        ));
      }}
    </ChartFrame>
  );
}

interface Point {
  index: number;
  value: number;
}

/** Values that follow each other without a gap. */
function runs(values: (number | null)[]): Point[][] {
  const found: Point[][] = [];
  values.forEach((value, index) => {
    if (value === null) return;
    const last = found.at(-1);
    if (last !== undefined && last.at(-1)?.index === index - 1) last.push({ index, value });
    else found.push([{ index, value }]);
  });
  return found;
}
