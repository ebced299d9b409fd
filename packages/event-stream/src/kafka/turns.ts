/**
 * Who comes first, in turn: sorted by partition, beginning after the one that came first last time. A broker fills its answer in
 * the order of the question, and a batch larger than a partition's share only goes first in it.
 */
export class Turns {
  #last = -1;

  order<T extends { readonly partition: number }>(targets: readonly T[]): T[] {
    const sorted = targets.toSorted((a, b) => a.partition - b.partition);
    const first = Math.max(
      sorted.findIndex(({ partition }) => partition > this.#last),
      0,
    );
    this.#last = sorted[first]?.partition ?? -1;
    return [...sorted.slice(first), ...sorted.slice(0, first)];
  }
}
