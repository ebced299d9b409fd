/**
 * Whether a request may carry an `Idempotency-Key`: every `POST` of our own API but that of events, which have an identity of
 * their own.
 *
 * @param path as the route is declared.
 */
export const isRepeatable = ({ method, path }: { method: string; path: string }): boolean =>
  method.toUpperCase() === 'POST' && path.startsWith('/v1/') && path !== '/v1/events';
