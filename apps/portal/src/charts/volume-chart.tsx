import { compact } from '../parts/numbers.js';
import { ChartFrame } from './frame.js';
import type { Place } from './places.js';
import { niceTop } from './scale.js';

/** Attempts by time: those that succeeded, and those that failed on top of them. */
export function VolumeChart({ places, label }: { places: Place[]; label: string }) {
  const top = niceTop(Math.max(...places.map(({ succeeded, failed }) => succeeded + failed)));
  return (
    <ChartFrame label={label} top={top} format={compact} below={places.map(({ short }) => short)}>
      {({ x, y }) => {
        const width = (x(1) - x(0)) / places.length;
        const gap = Math.min(3, width * 0.25);
        return places.map(({ name, succeeded, failed }, index) => {
          const middle = y(succeeded / top);
          const end = y((succeeded + failed) / top);
          const at = { x: x(index / places.length) + gap / 2, width: width - gap };
          return (
            <g key={name}>
              <title>{`${name}: ${succeeded} succeeded, ${failed} failed`}</title>
              <rect {...at} key="good" className="bar-good" y={middle} height={y(0) - middle} />
              <rect {...at} key="bad" className="bar-bad" y={end} height={middle - end} />
            </g>
          );
        });
      }}
    </ChartFrame>
  );
}
