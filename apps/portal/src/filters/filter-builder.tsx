import { Icon } from '../parts/icon.js';
import { type BuiltFilter, newRow, type Offered, offered, type Row } from './built-filter.js';
import { operatorWords } from './operator-words.js';

const PLACEHOLDERS: Partial<Record<Offered, string>> = {
  $in: '1, 2, 3',
  $nin: '1, 2, 3',
  $startsWith: 'one, or several by commas',
  $endsWith: 'one, or several by commas',
  $regex: '^far.*',
};

interface BuilderProps {
  built: BuiltFilter;
  change: (built: BuiltFilter) => void;
  /** Paths that events of the type have. */
  paths: readonly string[];
}

/** Conditions in lines, for those who write no JSON. */
export function FilterBuilder({ built, change, paths }: BuilderProps) {
  const { join, rows } = built;
  const set = (key: number, part: Partial<Row>) =>
    change({ join, rows: rows.map((row) => (row.key === key ? { ...row, ...part } : row)) });
  return (
    <fieldset className="builder">
      <legend className="visually-hidden">Conditions</legend>
      <datalist id="known-paths">
        {paths.map((path) => (
          <option key={path} value={path} />
        ))}
      </datalist>
      {rows.length > 1 ? (
        <label className="builder-join">
          Deliver when
          <select value={join} onChange={(event) => change({ join: event.target.value as 'all' | 'any', rows })}>
            <option value="all">all</option>
            <option value="any">any</option>
          </select>
          of these hold
        </label>
      ) : null}
      {rows.length === 0 ? (
        <p className="muted builder-none">No condition: every event of the type is delivered.</p>
      ) : null}
      {rows.map((row, index) => (
        <BuilderRow
          key={row.key}
          row={row}
          number={index + 1}
          set={(part) => set(row.key, part)}
          remove={() => change({ join, rows: rows.filter(({ key }) => key !== row.key) })}
        />
      ))}
      <button type="button" className="button button-small" onClick={() => change({ join, rows: [...rows, newRow()] })}>
        <Icon name="plus" size={14} />
        Add a condition
      </button>
    </fieldset>
  );
}

interface RowProps {
  row: Row;
  number: number;
  set: (part: Partial<Row>) => void;
  remove: () => void;
}

const BuilderRow = ({ row, number, set, remove }: RowProps) => (
  <div className="builder-row">
    <input
      className="mono"
      aria-label={`Field of condition ${number}`}
      placeholder="field"
      list="known-paths"
      value={row.path}
      spellCheck={false}
      onChange={(event) => set({ path: event.target.value })}
    />
    <select
      aria-label={`Comparison of condition ${number}`}
      value={row.operator}
      onChange={(event) => set({ operator: event.target.value as Offered })}
    >
      {offered.map((operator) => (
        <option key={operator} value={operator}>
          {operatorWords[operator]}
        </option>
      ))}
    </select>
    {row.operator === '$exist' ? (
      <select
        aria-label={`Value of condition ${number}`}
        value={row.value === 'false' ? 'false' : 'true'}
        onChange={(event) => set({ value: event.target.value })}
      >
        <option value="true">yes</option>
        <option value="false">no</option>
      </select>
    ) : (
      <input
        className="mono"
        aria-label={`Value of condition ${number}`}
        placeholder={PLACEHOLDERS[row.operator] ?? 'value'}
        value={row.value}
        spellCheck={false}
        onChange={(event) => set({ value: event.target.value })}
      />
    )}
    <button type="button" className="button button-bare" aria-label={`Remove condition ${number}`} onClick={remove}>
      <Icon name="cross" />
    </button>
  </div>
);
