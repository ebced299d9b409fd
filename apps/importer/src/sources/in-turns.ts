import { setImmediate as nextTurn } from 'node:timers/promises';

/** How long other work of this process waits for conversions. */
const TURN_MS = 5;

/**
 * What each item becomes, in order. Other work gets its turn after every few milliseconds, so that membership in groups, other
 * partitions and probes don't wait for a long list.
 *
 * @throws when the signal is raised meanwhile.
 */
export async function inTurns<Item, Result>(
  items: readonly Item[],
  released: AbortSignal,
  become: (item: Item) => Result,
): Promise<Result[]> {
  const results: Result[] = [];
  let since = performance.now();
  for (const item of items) {
    if (performance.now() - since > TURN_MS) {
      await nextTurn();
      released.throwIfAborted();
      since = performance.now();
    }
    results.push(become(item));
  }
  return results;
}
