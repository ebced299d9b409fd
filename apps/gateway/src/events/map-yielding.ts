import { setImmediate } from 'node:timers/promises';

/** Longer than this nobody else waits for one request's work. */
const SLICE_MS = 10;

/** `map` that lets the event loop go on every few milliseconds: a batch may be ten thousand events. */
export async function mapYielding<T, R>(items: readonly T[], convert: (item: T) => R): Promise<R[]> {
  const converted: R[] = [];
  let sliceStartedMs = performance.now();
  for (const item of items) {
    converted.push(convert(item));
    if (performance.now() - sliceStartedMs < SLICE_MS) continue;
    await setImmediate();
    sliceStartedMs = performance.now();
  }
  return converted;
}
