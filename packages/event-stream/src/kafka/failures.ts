import { StreamUnavailable } from '../event-stream.js';

const retryAfterSeconds = 2;

/** Kafka's names for "this record never fits". */
const refusals = new Set([
  'MESSAGE_TOO_LARGE',
  'RECORD_LIST_TOO_LARGE',
  'INVALID_RECORD',
  'UNSUPPORTED_FOR_MESSAGE_FORMAT',
]);

/** A broker that says so has stored nothing: its part of the cluster is moving, or a new topic has not reached it yet. */
const moving = new Set(['NOT_LEADER_FOR_PARTITION', 'LEADER_NOT_AVAILABLE', 'UNKNOWN_TOPIC_OR_PARTITION']);

/** The error and what caused it: kafkajs wraps its errors in one another. */
function* chain(error: unknown): Generator<Error & { type?: unknown }> {
  for (let each = error; each instanceof Error; each = each.cause) yield each;
}

/** Kafka's name of the error (`NOT_LEADER_FOR_PARTITION` …), where a broker gave one. */
function brokersError(error: unknown): string | null {
  for (const { type } of chain(error)) if (typeof type === 'string') return type;
  return null;
}

export const refusesRecord = (error: unknown): boolean => refusals.has(brokersError(error) ?? '');

export const leaderIsMoving = (error: unknown): boolean => moving.has(brokersError(error) ?? '');

/** What any failure of kafkajs is to the adapter's caller. */
export function unavailable(what: string, error: unknown): StreamUnavailable {
  if (error instanceof StreamUnavailable) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new StreamUnavailable(`Kafka: ${what}: ${reason}`, retryAfterSeconds, { cause: error });
}
