import { z } from 'zod';

/** The two forms in which headers are kept: those of our own topics, and those of a source's. */
const Kept = z.union([z.record(z.string(), z.string()), z.array(z.tuple([z.string(), z.string().nullable()]))]);

export type KeptHeaders = (readonly [name: string, value: Buffer | null])[];

/** Headers of a dead letter, as record/dead-letter.ts keeps them; none when none are kept. */
export function headersOf(bytes: Buffer | null): KeptHeaders {
  if (bytes === null) return [];
  const kept = Kept.parse(JSON.parse(bytes.toString('utf8')));
  return Array.isArray(kept)
    ? kept.map(([name, value]) => [name, value === null ? null : Buffer.from(value, 'base64')])
    : Object.entries(kept).map(([name, text]) => [name, Buffer.from(text, 'utf8')]);
}
