import type { ReactNode } from 'react';
import { useWidth } from './use-width.js';

/** Until the place on the page is known. */
const USUAL_WIDTH = 560;
const HEIGHT = 190;
const LEFT = 64;
const RIGHT = 8;
const TOP = 16;
const BOTTOM = 26;
/** A text below needs so much room. */
const CAPTION_WIDTH = 72;

/** Where a share of the width, or of the height, is in the picture. */
interface Plot {
  x: (share: number) => number;
  y: (share: number) => number;
}

interface FrameProps {
  label: string;
  top: number;
  format: (value: number) => string;
  /** What may stand below, evenly spread: as many as there is room for do. */
  below: readonly string[];
  children: (plot: Plot) => ReactNode;
}

const STEPS = [0, 0.25, 0.5, 0.75, 1];

/**
 * Axes and grid of a chart, drawn as wide as its place is: so texts have one size on every screen. What it shows is in a
 * table beside it, for those who don't see it.
 */
export function ChartFrame({ label, top, format, below, children }: FrameProps) {
  const [box, width] = useWidth<SVGSVGElement>(USUAL_WIDTH);
  const plot: Plot = {
    x: (share) => LEFT + share * (width - LEFT - RIGHT),
    y: (share) => HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM),
  };
  const every = Math.max(1, Math.ceil((below.length * CAPTION_WIDTH) / (width - LEFT - RIGHT)));
  return (
    <svg ref={box} className="chart" height={HEIGHT} viewBox={`0 0 ${width} ${HEIGHT}`} role="img" aria-label={label}>
      {STEPS.map((step) => (
        <g key={step}>
          <path className="chart-grid" d={`M${LEFT} ${plot.y(step)}H${width - RIGHT}`} />
          <text className="chart-text" x={LEFT - 8} y={plot.y(step) + 4} textAnchor="end">
            {format(top * step)}
          </text>
        </g>
      ))}
      {below.map((text, index) =>
        index % every === Math.floor(every / 2) ? (
          <text
            key={index}
            className="chart-text"
            x={plot.x((index + 0.5) / below.length)}
            y={HEIGHT - 6}
            textAnchor="middle"
          >
            {text}
          </text>
        ) : null,
      )}
      {children(plot)}
    </svg>
  );
}
