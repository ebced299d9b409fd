import { follow, numberOf } from '@sluice/testing/stack/follow-events';
import { ATTEMPTS_AT_REFUSED, type Watched } from './watched-endpoints.js';

/** One webhook's line: what the publisher's and the receiver's books say, held against each other. */
export interface Line {
  webhook: string;
  /** Events that were acknowledged, to whomever they go. */
  sent: number;
  /** Those among them that the webhook should have, by the test's own reckoning. */
  matched: number;
  delivered: number;
  /** Given up, as they should be. */
  exhausted: number;
  /** Matched, and come to no end. */
  lost: number;
  /** Delivered beyond the first time. */
  duplicates: number;
  /** Arrived and were never meant for it. */
  unasked: number;
  /** Arrivals before what should have come first; null where no order is promised. */
  disordered: number | null;
  /** Duplicates under another `webhook-id`: the receiver could not tell. */
  unrecognisable: number;
  badSignatures: number;
}

/** Whether the delivery of that event has come to its end. */
export function hasEnded({ page, refuses }: Watched, number: number): boolean {
  const entry = page.entries.get(follow(number).id);
  if (entry === undefined) return false;
  return refuses(number) ? entry.arrivals >= ATTEMPTS_AT_REFUSED : entry.successes > 0;
}

/** Holds what arrived at one webhook against what the publisher had acknowledged. */
export function reconcile(watched: Watched, acknowledged: ReadonlySet<number>): Line {
  const { page, wants, refuses, ordered } = watched;
  const matched = [...acknowledged].filter(wants);
  const ended = matched.filter((number) => hasEnded(watched, number));
  const entries = [...page.entries];
  return {
    webhook: page.path,
    sent: acknowledged.size,
    matched: matched.length,
    delivered: ended.filter((number) => !refuses(number)).length,
    exhausted: ended.filter(refuses).length,
    lost: matched.length - ended.length,
    duplicates: entries.reduce((sum, [, { successes }]) => sum + Math.max(0, successes - 1), 0),
    unasked: entries.filter(([id]) => !acknowledged.has(numberOf(id)) || !wants(numberOf(id))).length,
    disordered: ordered ? page.overtaken.length + disorderOf(entries) : null,
    unrecognisable: page.unrecognisable,
    badSignatures: page.badSignatures,
  };
}

/** First arrivals that came after one with a higher number of the same subject. */
function disorderOf(entries: readonly [string, { subject: string | undefined }][]): number {
  const highest = new Map<string | undefined, number>();
  let found = 0;
  for (const [id, { subject }] of entries) {
    const number = numberOf(id);
    if (number < (highest.get(subject) ?? -1)) found++;
    else highest.set(subject, number);
  }
  return found;
}

/** As a table, one line for each webhook. */
export function print(title: string, lines: readonly Line[]): void {
  const columns = Object.keys(lines[0] ?? {}) as (keyof Line)[];
  const rows = [columns, ...lines.map((line) => columns.map((column) => String(line[column] ?? '-')))];
  const widths = columns.map((_, index) => Math.max(...rows.map((row) => String(row[index]).length)));
  const text = rows.map((row) => row.map((cell, index) => cell.padStart(widths[index] as number)).join('  '));
  console.log([title, ...text].join('\n'));
}
