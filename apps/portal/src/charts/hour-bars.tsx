interface BarsProps {
  /** One for each hour; null where nothing was. */
  hours: ({ value: number; bad?: number } | null)[];
  /** What a screen reader says of it. */
  label: string;
  tone: 'accent' | 'good';
}

const WIDTH = 96;
const HEIGHT = 26;
const GAP = 1;
const LEAST = 3;

/** A bar for each hour, without axes, for a cell of a table. Where nothing was stands a mark, so that one bar is not alone. */
export function HourBars({ hours, label, tone }: BarsProps) {
  const greatest = Math.max(...hours.map((hour) => hour?.value ?? 0), Number.MIN_VALUE);
  const step = WIDTH / hours.length;
  return (
    <svg
      className={`hour-bars tone-${tone}`}
      width={WIDTH}
      height={HEIGHT}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      role="img"
      aria-label={label}
    >
      {hours.map((hour, index) => {
        const at = { key: index, x: index * step + GAP / 2, width: step - GAP };
        if (hour === null) return <rect {...at} className="hour-none" y={HEIGHT - 2} height={2} />;
        const height = Math.max(LEAST, (hour.value / greatest) * HEIGHT);
        const bad = hour.bad ? Math.max(LEAST, (hour.bad / Math.max(hour.value, 1)) * height) : 0;
        return (
          <g key={index}>
            <rect {...at} key="all" className="hour-all" y={HEIGHT - height} height={height} />
            {bad === 0 ? null : <rect {...at} key="bad" className="bar-bad" y={HEIGHT - height} height={bad} />}
          </g>
        );
      })}
    </svg>
  );
}
