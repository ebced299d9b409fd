import type { EventType } from '@sluice/contracts/registry-commands';
import { placeOf } from '@sluice/exact-json/parse-json';

/** The first of the examples in the schema of a type, as it was written: JSON text; null when there is none. */
export function exampleOf({ schema }: Pick<EventType, 'schema'>): string | null {
  if (schema === null || !schema.trimStart().startsWith('{')) return null;
  const bytes = Buffer.from(schema, 'utf8');
  const place = placeOf(bytes, ['examples', '0']);
  return place === undefined ? null : bytes.toString('utf8', place.start, place.end);
}
