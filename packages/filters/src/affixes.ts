import { countOf, forEachItem, type OneOrMore, withItem, withoutItem } from './one-or-more.js';

/** Items under texts, found by all strings that start (or end) with the text. One look-up per length that occurs. */
export class Affixes<T> {
  private readonly byLength = new Map<number, Map<string, OneOrMore<T>>>();
  private readonly part: (text: string, length: number) => string;

  constructor(side: 'start' | 'end') {
    this.part =
      side === 'start' ? (text, length) => text.slice(0, length) : (text, length) => text.slice(text.length - length);
  }

  get size(): number {
    return this.byLength.size;
  }

  add(affix: string, item: T): void {
    const ofLength = this.byLength.get(affix.length) ?? new Map<string, OneOrMore<T>>();
    this.byLength.set(affix.length, ofLength);
    ofLength.set(affix, withItem(ofLength.get(affix), item));
  }

  delete(affix: string, item: T): void {
    const ofLength = this.byLength.get(affix.length);
    const left = withoutItem(ofLength?.get(affix), item);
    if (left === undefined) ofLength?.delete(affix);
    else ofLength?.set(affix, left);
    if (ofLength?.size === 0) this.byLength.delete(affix.length);
  }

  count(affix: string): number {
    return countOf(this.byLength.get(affix.length)?.get(affix));
  }

  /** Hands out the items under every affix that the text has. */
  find(text: string, found: (item: T) => void): void {
    for (const [length, ofLength] of this.byLength) {
      if (length <= text.length) forEachItem(ofLength.get(this.part(text, length)), found);
    }
  }
}
