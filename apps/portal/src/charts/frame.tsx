import type { ReactNode } from 'react';

const WIDTH = 640;
const HEIGHT = 200;
const LEFT = 78;
const RIGHT = 8;
const TOP = 16;
const BOTTOM = 26;

export const plotX = (share: number): number => LEFT + share * (WIDTH - LEFT - RIGHT);
export const plotY = (share: number): number => HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM);

interface FrameProps {
  label: string;
  top: number;
  format: (value: number) => string;
  /** What stands below: shares of the width with a text. */
  below: { share: number; text: string }[];
  children: ReactNode;
}

const STEPS = [0, 0.25, 0.5, 0.75, 1];

/** Axes and grid of a chart. What it shows is in a table beside it, for those who don't see it. */
export const ChartFrame = ({ label, top, format, below, children }: FrameProps) => (
  <svg className="chart" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={label}>
    {STEPS.map((step) => (
      <g key={step}>
        <path className="chart-grid" d={`M${LEFT} ${plotY(step)}H${WIDTH - RIGHT}`} />
        <text className="chart-text" x={LEFT - 8} y={plotY(step) + 4} textAnchor="end">
          {format(top * step)}
        </text>
      </g>
    ))}
    {below.map(({ share, text }) => (
      <text key={text} className="chart-text" x={plotX(share)} y={HEIGHT - 6} textAnchor="middle">
        {text}
      </text>
    ))}
    {children}
  </svg>
);
