import { milliseconds } from '../parts/numbers.js';
import { ChartFrame, plotX, plotY } from './frame.js';
import { captions, type Place } from './places.js';
import { niceTop } from './scale.js';

const LINES = ['p50', 'p95', 'p99'] as const;

/** Percentiles of how long attempts took, by time. Where there were none the lines are broken. */
export function LatencyChart({ places, label }: { places: Place[]; label: string }) {
  const top = niceTop(Math.max(...places.map(({ latency }) => latency?.p99 ?? 0)));
  const x = (index: number) => plotX((index + 0.5) / places.length);
  return (
    <ChartFrame label={label} top={top} format={milliseconds} below={captions(places)}>
      {LINES.map((line) => (
        <g key={line} className={`line line-${line}`}>
          {runs(places.map(({ latency }) => latency?.[line] ?? null)).map((run) =>
            run.length === 1 ? (
              <circle key={run[0]!.index} cx={x(run[0]!.index)} cy={plotY(run[0]!.value / top)} r="3" />
            ) : (
              <path
                key={run[0]!.index}
                d={`M${run.map(({ index, value }) => `${x(index).toFixed(1)} ${plotY(value / top).toFixed(1)}`).join('L')}`}
              />
            ),
          )}
        </g>
      ))}
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
