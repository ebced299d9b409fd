import { monotonicMs } from './monotonic.js';

export interface OpenLoopOptions {
  perSecond: number;
  count: number;
  /** Starts number `n`; it is not waited for before the next one is due. */
  send: (number: number) => Promise<unknown>;
}

/**
 * Sends each one when it is due, whether or not earlier ones have been answered, and answers when each was due
 * ({@link monotonicMs}): a time that counts from then charges a stall to everything that it delayed (no coordinated
 * omission), a stall of this process included.
 */
export async function openLoop({ perSecond, count, send }: OpenLoopOptions): Promise<number[]> {
  const startMs = monotonicMs() + 50;
  const due = Array.from({ length: count }, (_, number) => startMs + (number * 1_000) / perSecond);
  const sent: Promise<unknown>[] = [];
  const failures: unknown[] = [];
  await new Promise<void>((resolve) => {
    const timer = setInterval(() => {
      const now = monotonicMs();
      while (sent.length < count && (due[sent.length] as number) <= now) {
        sent.push(send(sent.length).catch((error: unknown) => failures.push(error)));
      }
      if (sent.length < count) return;
      clearInterval(timer);
      resolve();
    }, 1);
  });
  await Promise.all(sent);
  if (failures.length > 0) throw failures[0];
  return due;
}
