/** A class of its own, so that it is never taken for an item. */
class Many<T> extends Set<T> {}

/**
 * The items in one place of an index, which changes into what these functions answer. Nearly every place holds one item,
 * and a set of one would take 160 bytes. An item is never undefined.
 */
export type OneOrMore<T> = T | Many<T>;

/** The place with the item in it; the same when it is there. */
export function withItem<T>(place: OneOrMore<T> | undefined, item: T): OneOrMore<T> {
  if (place === undefined || place === item) return item;
  if (place instanceof Many) return place.add(item);
  return new Many<T>([place, item]);
}

/** Undefined when nothing is left. */
export function withoutItem<T>(place: OneOrMore<T> | undefined, item: T): OneOrMore<T> | undefined {
  if (!(place instanceof Many)) return place === item ? undefined : place;
  place.delete(item);
  if (place.size > 1) return place;
  const [last] = place;
  return last;
}

export const hasItem = <T>(place: OneOrMore<T> | undefined, item: T): boolean =>
  place instanceof Many ? place.has(item) : place === item;

/** How many items the place holds. */
export function countOf<T>(place: OneOrMore<T> | undefined): number {
  if (place === undefined) return 0;
  return place instanceof Many ? place.size : 1;
}

/** In the order in which they came. */
export function itemsOf<T>(place: OneOrMore<T> | undefined): T[] {
  if (place === undefined) return [];
  return place instanceof Many ? [...place] : [place];
}

/** Calls back for each item; none may be put in or taken out meanwhile. */
export function forEachItem<T>(place: OneOrMore<T> | undefined, found: (item: T) => void): void {
  if (place === undefined) return;
  if (place instanceof Many) place.forEach(found);
  else found(place);
}
