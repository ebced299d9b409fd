import { plain } from './plain.js';

/** A title, and where its value is in a row: `event.id`. */
export type Column = readonly [title: string, path: string];

const GAP = '  ';

/** Rows under titles, each column as wide as its widest value. */
export function table(rows: readonly unknown[], columns: readonly Column[]): string {
  const lines = [
    columns.map(([title]) => title.toUpperCase()),
    ...rows.map((row) => columns.map(([, path]) => shown(valueAt(row, path)))),
  ];
  const widths = columns.map((_, index) => Math.max(...lines.map((line) => line[index]!.length)));
  return lines
    .map((line) =>
      line
        .map((cell, index) => cell.padEnd(widths[index]!))
        .join(GAP)
        .trimEnd(),
    )
    .join('\n');
}

/** One thing, a member a line; lists of words and numbers with commas, other objects as JSON. */
export function record(value: object): string {
  const members = Object.entries(value);
  const width = Math.max(...members.map(([name]) => name.length));
  return members.map(([name, member]) => `${name.padEnd(width)}${GAP}${shown(member)}`).join('\n');
}

function valueAt(row: unknown, path: string): unknown {
  let value = row;
  for (const name of path.split('.')) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Record<string, unknown>)[name];
  }
  return value;
}

function shown(value: unknown): string {
  if (value === null || value === undefined || (Array.isArray(value) && value.length === 0)) return '–';
  if (Array.isArray(value) && value.every((item) => typeof item !== 'object')) return plain(value.join(', '));
  return plain(typeof value === 'string' ? value : JSON.stringify(value));
}
