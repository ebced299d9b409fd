import { parseArgs } from 'node:util';
import { STREAMS, type StreamName } from './installation.js';

/** What is measured on each stream, in this order; `scaling` on Kafka alone, `matching` needs none. */
export const PARTS = ['latency', 'isolation', 'deliveries', 'intake', 'scaling', 'start', 'matching'] as const;
export type Part = (typeof PARTS)[number];

export interface Options {
  parts: ReadonlySet<Part>;
  streams: readonly StreamName[];
  /** Nothing but the result as JSON goes to standard output. */
  json: boolean;
}

export const USAGE = `npm run bench -- [--only ${PARTS.join(',')}] [--stream ${STREAMS.join('|')}] [--json]`;

/** @throws Error that says which option is wrong, and why. */
export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: { only: { type: 'string' }, stream: { type: 'string' }, json: { type: 'boolean', default: false } },
  });
  return {
    parts: new Set(chosen('--only', values.only, PARTS)),
    streams: chosen('--stream', values.stream, STREAMS),
    json: values.json,
  };
}

function chosen<T extends string>(option: string, given: string | undefined, known: readonly T[]): readonly T[] {
  if (given === undefined) return known;
  const names = given.split(',');
  const unknown = names.filter((name) => !(known as readonly string[]).includes(name));
  if (unknown.length > 0) throw new Error(`${option}: there is no ${unknown.join(', ')}, only ${known.join(', ')}`);
  return known.filter((name) => names.includes(name));
}
