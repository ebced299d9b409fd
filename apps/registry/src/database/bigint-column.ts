import type { ValueTransformer } from 'typeorm';

/** PostgreSQL's bigint as a number: revisions stay far below 2^53. */
export const bigintAsNumber: ValueTransformer = {
  to: (value: number | null | undefined) => value,
  from: (value: string | null) => (value === null ? null : Number(value)),
};
