/** The error and what caused it: kafkajs wraps its errors in one another, and several in one. */
export function* chain(error: unknown): Generator<Error & { type?: unknown }> {
  if (!(error instanceof Error)) return;
  yield error;
  if ('errors' in error && Array.isArray(error.errors)) for (const each of error.errors) yield* chain(each);
  yield* chain(error.cause);
}

/** Kafka's name of the error (`NOT_LEADER_FOR_PARTITION` …), where a broker gave one. */
export function brokersError(error: unknown): string | null {
  for (const { type } of chain(error)) if (typeof type === 'string') return type;
  return null;
}
