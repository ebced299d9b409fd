import { freePort, RANGE } from '@sluice/embedded-postgres/free-port';

const FIRST = 22_500;
const RANGES = 3;

/**
 * A port that is free now, of those that this worker of the test runner alone takes. Files run beside each other, and what
 * one of them kills must find its port free when it is started again. The range below is for whoever knows no worker.
 */
export function ownPort(): Promise<number> {
  const worker = Number(process.env.VITEST_POOL_ID ?? 1);
  return freePort(FIRST + ((worker - 1) % RANGES) * RANGE);
}
