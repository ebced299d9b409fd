import { Fault } from '../refusals/fault.js';

/** The event that a query names by `source` and `id`. @throws {Fault} 400 naming what is missing. */
export function namedEvent({ source, id }: Record<string, unknown>): { source: string; id: string } {
  if (typeof source === 'string' && source !== '' && typeof id === 'string' && id !== '') return { source, id };
  const errors = Object.entries({ source, id }).flatMap(([path, value]) =>
    typeof value === 'string' && value !== '' ? [] : [{ path, message: 'is required, once, in the query' }],
  );
  throw new Fault(400, 'say which event: ?source=…&id=…, both percent-encoded', { errors });
}
