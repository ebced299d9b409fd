import type { EventType } from '@sluice/contracts/registry-commands';
import { placeOf } from '@sluice/exact-json/parse-json';

/** The example of a type, else the first of those in its schema, as it was written: JSON text; null when there is none. */
export function exampleOf({ schema, example }: Pick<EventType, 'schema' | 'example'>): string | null {
  if (example !== null) return example;
  if (schema === null || !schema.trimStart().startsWith('{')) return null;
  const bytes = Buffer.from(schema, 'utf8');
  const place = placeOf(bytes, ['examples', '0']);
  return place === undefined ? null : bytes.toString('utf8', place.start, place.end);
}
