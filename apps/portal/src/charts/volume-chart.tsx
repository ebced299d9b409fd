import { compact } from '../parts/numbers.js';
import { ChartFrame, plotX, plotY } from './frame.js';
import type { Place } from './places.js';
import { captions } from './places.js';
import { niceTop } from './scale.js';

/** Attempts by time: those that succeeded, and those that failed on top of them. */
export function VolumeChart({ places, label }: { places: Place[]; label: string }) {
  const top = niceTop(Math.max(...places.map(({ succeeded, failed }) => succeeded + failed)));
  const width = (plotX(1) - plotX(0)) / places.length;
  const gap = Math.min(3, width * 0.25);
  return (
    <ChartFrame label={label} top={top} format={compact} below={captions(places)}>
      {places.map(({ name, succeeded, failed }, index) => {
        const x = plotX(0) + index * width + gap / 2;
        const middle = plotY(succeeded / top);
        return (
          <g key={name}>
            <title>{`${name}: ${succeeded} succeeded, ${failed} failed`}</title>
            <rect className="bar-good" x={x} y={middle} width={width - gap} height={plotY(0) - middle} />
            <rect
              className="bar-bad"
              x={x}
              y={plotY((succeeded + failed) / top)}
              width={width - gap}
              height={middle - plotY((succeeded + failed) / top)}
            />
          </g>
        );
      })}
    </ChartFrame>
  );
}
