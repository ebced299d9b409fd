/** Milliseconds by the machine's monotonic clock (Linux CLOCK_MONOTONIC): the same for all processes on it. */
export const monotonicMs = (): number => Number(process.hrtime.bigint() / 1_000n) / 1_000;
