import { forEachItem, hasItem, type OneOrMore, withItem, withoutItem } from './one-or-more.js';

/** Beyond this many new bounds sorting all is cheaper than putting each in its place. */
const FEW = 32;

/** Items under numbers, found by "all up to" or "all from". */
export class Bounds<T> {
  private readonly items = new Map<number, OneOrMore<T>>();
  /** Every bound in `items` that is not in `added`; may hold bounds that are gone, and one twice. */
  private sorted: number[] = [];
  private added: number[] = [];

  /** How many items there are at all. */
  size = 0;

  add(bound: number, item: T): void {
    const items = this.items.get(bound);
    if (items === undefined) this.added.push(bound);
    if (!hasItem(items, item)) this.size++;
    this.items.set(bound, withItem(items, item));
  }

  delete(bound: number, item: T): void {
    const items = this.items.get(bound);
    if (!hasItem(items, item)) return;
    this.size--;
    const left = withoutItem(items, item);
    if (left === undefined) this.items.delete(bound);
    else this.items.set(bound, left);
  }

  /** Hands out the items whose bound is at most `value`. */
  upTo(value: number, found: (item: T) => void): void {
    const sorted = this.inOrder();
    for (let at = 0; at < sorted.length && sorted[at]! <= value; at++) forEachItem(this.items.get(sorted[at]!), found);
  }

  /** Hands out the items whose bound is at least `value`. */
  from(value: number, found: (item: T) => void): void {
    const sorted = this.inOrder();
    for (let at = sorted.length - 1; at >= 0 && sorted[at]! >= value; at--)
      forEachItem(this.items.get(sorted[at]!), found);
  }

  private inOrder(): number[] {
    if (this.added.length > FEW || this.sorted.length > 2 * this.items.size + FEW) {
      this.sorted = [...this.items.keys()].sort((a, b) => a - b);
    } else {
      for (const bound of this.added) this.sorted.splice(this.placeOf(bound), 0, bound);
    }
    if (this.added.length > 0) this.added = [];
    return this.sorted;
  }

  private placeOf(bound: number): number {
    let low = 0;
    let high = this.sorted.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.sorted[middle]! < bound) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
