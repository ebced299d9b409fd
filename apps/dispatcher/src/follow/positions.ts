/** Where somebody is in each partition of the stream: what comes next. */
export type Positions = Map<number, bigint>;

const CURSOR = /^\d{1,6}\.\d{1,19}(_\d{1,6}\.\d{1,19})*$/;

/** As text: `0.41_1.7`. */
export const cursorOf = (positions: Positions): string =>
  [...positions].map(([partition, position]) => `${partition}.${position}`).join('_');

/** Null when it is no cursor. */
export function readCursor(text: string): Positions | null {
  if (!CURSOR.test(text)) return null;
  const places = text.split('_').map((place) => place.split('.') as [string, string]);
  return new Map(places.map(([partition, position]) => [Number(partition), BigInt(position)]));
}
