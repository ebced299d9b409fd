import type { JsonValue } from '@sluice/exact-json/json-value';
import { compileFilter, type Predicate } from './compile-filter.js';
import type { Filter } from './filter.js';
import { hasItem, itemsOf, type OneOrMore, withItem, withoutItem } from './one-or-more.js';
import { choosePivots, type Pivot } from './pivot.js';
import { PivotTree } from './pivot-tree.js';

/** All keys of one filter text. */
interface Entry<K> {
  /** Order of appearance, which is the order of matching. */
  sequence: number;
  text: string;
  /** Undefined once it is out of the index. */
  keys: OneOrMore<K> | undefined;
  /** Null matches every event. */
  holds: Predicate | null;
  /** Null where nothing in an event tells whether the filter is worth trying: it is tried on all. */
  pivots: Pivot[] | null;
  /** The latest match that found it: one filter may be found by several of its pivots. */
  foundBy: object | null;
}

export interface FilterIndexOptions<K> {
  /** Told of a filter that threw, which no accepted filter does. It counted as no match, and nobody else noticed. */
  onFault?: (keys: readonly K[], error: unknown) => void;
}

/**
 * Which of many filters match an event, without trying them all: each filter is found by something that it needs (a
 * value, a beginning, a bound, a field) and then tried. Filters of the same text are one, tried once.
 *
 * Only filters that need nothing of the kind are tried on every event: those that hold on a missing field, and `$not`.
 */
export class FilterIndex<K> {
  private readonly entries = new Map<string, Entry<K>>();
  private readonly byKey = new Map<K, Entry<K>>();
  private readonly tree = new PivotTree<Entry<K>>();
  /** The entries without pivots, those that match everything included. */
  private readonly always = new Set<Entry<K>>();
  private readonly onFault: (keys: readonly K[], error: unknown) => void;
  private sequence = 0;
  private unfiltered = 0;

  constructor({ onFault = () => {} }: FilterIndexOptions<K> = {}) {
    this.onFault = onFault;
  }

  /** Number of keys. */
  get size(): number {
    return this.byKey.size;
  }

  /** Puts the key under a filter (null matches every event), instead of the one that it had. */
  add(key: K, filter: Filter | null): void {
    this.remove(key);
    const text = filter?.text ?? '{}';
    let entry = this.entries.get(text);
    if (entry === undefined) {
      entry = this.newEntry(text, filter);
      this.entries.set(text, entry);
    }
    entry.keys = withItem(entry.keys, key);
    this.byKey.set(key, entry);
  }

  /** Takes the key out; false if it was not in. */
  remove(key: K): boolean {
    const entry = this.byKey.get(key);
    if (entry === undefined) return false;
    this.byKey.delete(key);
    entry.keys = withoutItem(entry.keys, key);
    if (entry.keys === undefined) this.drop(entry);
    return true;
  }

  /**
   * The keys whose filters match, in the order in which the filters, and under each the keys, came. `event` is called at
   * most once, and only if some filter has to look at the event; what it throws, this throws. Filters are tried as
   * the caller goes on, so the caller may pause: keys removed meanwhile are not handed out, keys added meanwhile neither.
   */
  *match(event: () => JsonValue): IterableIterator<K> {
    if (this.entries.size === this.unfiltered) {
      for (const entry of this.always) yield* this.keysOf(entry);
      return;
    }
    const value = event();
    for (const entry of this.candidates(value)) if (this.holds(entry, value)) yield* this.keysOf(entry);
  }

  /**
   * The entries to try, in their order. There may be as many as there are filters, and nobody has a turn meanwhile: hence
   * no set, and no sorting of what mostly comes sorted.
   */
  private candidates(event: JsonValue): Entry<K>[] {
    const found = [...this.always];
    const match = {};
    let last = found.at(-1)?.sequence ?? -1;
    let sorted = true;
    this.tree.find(event, (entry) => {
      if (entry.foundBy === match) return;
      entry.foundBy = match;
      sorted &&= last < entry.sequence;
      last = entry.sequence;
      found.push(entry);
    });
    return sorted ? found : found.sort((a, b) => a.sequence - b.sequence);
  }

  private *keysOf(entry: Entry<K>): IterableIterator<K> {
    for (const key of itemsOf(entry.keys)) if (hasItem(entry.keys, key)) yield key;
  }

  private holds(entry: Entry<K>, event: JsonValue): boolean {
    if (entry.holds === null) return true;
    try {
      return entry.holds(event);
    } catch (error) {
      this.onFault(itemsOf(entry.keys), error);
      return false;
    }
  }

  private newEntry(text: string, filter: Filter | null): Entry<K> {
    const matchesAll = filter === null || text === '{}';
    const choice = matchesAll ? null : choosePivots(filter.root, (pivot) => this.tree.cost(pivot));
    const entry: Entry<K> = {
      sequence: this.sequence++,
      text,
      keys: undefined,
      holds: matchesAll ? null : compileFilter(filter),
      pivots: choice?.pivots ?? null,
      foundBy: null,
    };
    if (matchesAll) this.unfiltered++;
    if (entry.pivots === null) this.always.add(entry);
    else for (const pivot of entry.pivots) this.tree.add(pivot, entry);
    return entry;
  }

  private drop(entry: Entry<K>): void {
    this.entries.delete(entry.text);
    if (entry.holds === null) this.unfiltered--;
    if (entry.pivots === null) this.always.delete(entry);
    else for (const pivot of entry.pivots) this.tree.delete(pivot, entry);
  }
}
