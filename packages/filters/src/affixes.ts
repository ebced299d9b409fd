/** Items under texts, found by all strings that start (or end) with the text. One look-up per length that occurs. */
export class Affixes<T> {
  private readonly byLength = new Map<number, Map<string, Set<T>>>();
  private readonly part: (text: string, length: number) => string;

  constructor(side: 'start' | 'end') {
    this.part =
      side === 'start' ? (text, length) => text.slice(0, length) : (text, length) => text.slice(text.length - length);
  }

  get size(): number {
    return this.byLength.size;
  }

  add(affix: string, item: T): void {
    const ofLength = this.byLength.get(affix.length) ?? new Map<string, Set<T>>();
    this.byLength.set(affix.length, ofLength);
    const items = ofLength.get(affix);
    if (items === undefined) ofLength.set(affix, new Set([item]));
    else items.add(item);
  }

  delete(affix: string, item: T): void {
    const ofLength = this.byLength.get(affix.length);
    const items = ofLength?.get(affix);
    items?.delete(item);
    if (items?.size === 0) ofLength?.delete(affix);
    if (ofLength?.size === 0) this.byLength.delete(affix.length);
  }

  count(affix: string): number {
    return this.byLength.get(affix.length)?.get(affix)?.size ?? 0;
  }

  /** Hands out the items under every affix that the text has. */
  find(text: string, found: (item: T) => void): void {
    for (const [length, ofLength] of this.byLength) {
      if (length <= text.length) ofLength.get(this.part(text, length))?.forEach(found);
    }
  }
}
