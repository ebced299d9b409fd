interface SparklineProps {
  /** Null where nothing is known. */
  values: (number | null)[];
  /** What a screen reader says of it. */
  label: string;
  tone: 'accent' | 'good';
  /** The value at the upper edge; the greatest one if nothing is said. */
  top?: number;
  width?: number;
  height?: number;
}

/** A line without axes, for a cell of a table. */
export function Sparkline({ values, label, tone, top, width = 96, height = 26 }: SparklineProps) {
  const greatest = top ?? Math.max(...values.map((value) => value ?? 0), Number.MIN_VALUE);
  const points = values.flatMap((value, index) =>
    value === null
      ? []
      : [
          [
            (index / Math.max(values.length - 1, 1)) * (width - 4) + 2,
            height - 3 - (value / greatest) * (height - 6),
          ] as const,
        ],
  );
  const last = points.at(-1);
  return (
    <svg
      className={`sparkline tone-${tone}`}
      width={width}
      height={height}
      viewBox={`0 0 ${width} ${height}`}
      role="img"
      aria-label={label}
    >
      <path className="sparkline-base" d={`M2 ${height - 2.5}H${width - 2}`} />
      {points.length > 1 ? (
        <path
          className="sparkline-line"
          d={`M${points.map(([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`).join('L')}`}
        />
      ) : null}
      {last === undefined ? null : <circle className="sparkline-dot" cx={last[0]} cy={last[1]} r="2.2" />}
    </svg>
  );
}
