import type { JsonValue } from '@sluice/exact-json/json-value';
import { Affixes } from './affixes.js';
import { Bounds } from './bounds.js';
import { countOf, forEachItem, type OneOrMore, withItem, withoutItem } from './one-or-more.js';
import { type Ordered, orderedValue } from './ordering.js';
import type { PivotSign } from './pivot.js';
import { ValueMap } from './value-map.js';

type Bound = PivotSign & { kind: 'bound' };
/** `least` for what `$gt` and `$gte` need, `most` for `$lt` and `$lte`; numbers and instants do not mix. */
type BoundsName = `${'least' | 'most'} ${Ordered['kind']}`;

/**
 * Costs that put the kinds of sign in order: equality finds few filters, an affix some more, a bound on average half of
 * its like, presence all. Counts are added to it.
 */
const KIND_COST = { equal: 0, prefix: 0.5, suffix: 0.5, bound: 1e6, present: 1e9 };

/**
 * The items under the signs of one path, found by a value at that path. May hand out more than it must, never less.
 * There is one for every path in use: what it does not need is not there.
 */
export class PivotTable<T> {
  private equal: ValueMap<OneOrMore<T>> | null = null;
  private prefixes: Affixes<T> | null = null;
  private suffixes: Affixes<T> | null = null;
  private bounds: Map<BoundsName, Bounds<T>> | null = null;
  private present: Set<T> | null = null;

  /** What a sign costs where no table is yet. */
  static costOfFirst(sign: PivotSign): number {
    return KIND_COST[sign.kind];
  }

  /** About how many items an event that shows the sign would find by it, see {@link KIND_COST}. */
  cost(sign: PivotSign): number {
    return KIND_COST[sign.kind] + this.count(sign);
  }

  get isEmpty(): boolean {
    return !(this.equal ?? this.prefixes ?? this.suffixes ?? this.bounds ?? this.present);
  }

  add(sign: PivotSign, item: T): void {
    switch (sign.kind) {
      case 'equal':
        this.equal ??= new ValueMap();
        this.equal.set(sign.value, withItem(this.equal.get(sign.value), item));
        break;
      case 'prefix':
        this.prefixes ??= new Affixes('start');
        this.prefixes.add(sign.text, item);
        break;
      case 'suffix':
        this.suffixes ??= new Affixes('end');
        this.suffixes.add(sign.text, item);
        break;
      case 'bound':
        this.addBound(sign, item);
        break;
      case 'present':
        this.present ??= new Set();
        this.present.add(item);
    }
  }

  delete(sign: PivotSign, item: T): void {
    switch (sign.kind) {
      case 'equal': {
        const left = withoutItem(this.equal?.get(sign.value), item);
        if (left === undefined) this.equal?.delete(sign.value);
        else this.equal?.set(sign.value, left);
        if (this.equal?.size === 0) this.equal = null;
        break;
      }
      case 'prefix':
        this.prefixes?.delete(sign.text, item);
        if (this.prefixes?.size === 0) this.prefixes = null;
        break;
      case 'suffix':
        this.suffixes?.delete(sign.text, item);
        if (this.suffixes?.size === 0) this.suffixes = null;
        break;
      case 'bound':
        this.deleteBound(sign, item);
        break;
      case 'present':
        this.present?.delete(item);
        if (this.present?.size === 0) this.present = null;
    }
  }

  /** Hands out the items of every sign that the value shows; the same item perhaps more than once. */
  find(value: JsonValue, found: (item: T) => void): void {
    this.present?.forEach(found);
    if (this.equal !== null) {
      forEachItem(this.equal.get(value), found);
      if (Array.isArray(value)) for (const element of value) forEachItem(this.equal.get(element), found);
    }
    if (typeof value === 'string') {
      this.prefixes?.find(value, found);
      this.suffixes?.find(value, found);
    }
    if (this.bounds === null) return;
    const ordered = orderedValue(value);
    if (ordered === null) return;
    const at = nearest(ordered);
    this.bounds.get(`least ${ordered.kind}`)?.upTo(at, found);
    this.bounds.get(`most ${ordered.kind}`)?.from(at, found);
  }

  private count(sign: PivotSign): number {
    switch (sign.kind) {
      case 'equal':
        return countOf(this.equal?.get(sign.value));
      case 'prefix':
        return this.prefixes?.count(sign.text) ?? 0;
      case 'suffix':
        return this.suffixes?.count(sign.text) ?? 0;
      case 'bound':
        return this.bounds?.get(placeOf(sign).name)?.size ?? 0;
      case 'present':
        return this.present?.size ?? 0;
    }
  }

  private addBound(sign: Bound, item: T): void {
    const { name, at } = placeOf(sign);
    this.bounds ??= new Map();
    const bounds = this.bounds.get(name) ?? new Bounds<T>();
    this.bounds.set(name, bounds);
    bounds.add(at, item);
  }

  private deleteBound(sign: Bound, item: T): void {
    const { name, at } = placeOf(sign);
    const bounds = this.bounds?.get(name);
    bounds?.delete(at, item);
    if (bounds?.size === 0) this.bounds?.delete(name);
    if (this.bounds?.size === 0) this.bounds = null;
  }
}

/** Under which bounds a bound belongs, and where. The parser took only operands that have an order. */
function placeOf({ operator, operand }: Bound): { name: BoundsName; at: number } {
  const ordered = orderedValue(operand)!;
  const side = operator === '$gt' || operator === '$gte' ? 'least' : 'most';
  return { name: `${side} ${ordered.kind}`, at: nearest(ordered) };
}

/** A double that keeps the order: of two values the greater one never gets the smaller double. */
function nearest(ordered: Ordered): number {
  if (ordered.kind === 'instant') return ordered.instant.seconds + Number(`0.${ordered.instant.fraction}`);
  return typeof ordered.number === 'number' ? ordered.number : ordered.number.approximate;
}
