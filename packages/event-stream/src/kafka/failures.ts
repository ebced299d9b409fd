import { StreamUnavailable } from '../event-stream.js';
import { brokersError, chain } from './brokers-error.js';
import { type Asked, missingRight } from './rights.js';

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

/** Whether the broker will never take the record. */
export const refusesRecord = (error: unknown): boolean => refusals.has(brokersError(error) ?? '');

/** Whether the broker stored nothing and another one soon will. */
export const leaderIsMoving = (error: unknown): boolean => moving.has(brokersError(error) ?? '');

/** In words: the right that is missing, else the first thing that kafkajs says of itself. */
export function reasonOf(error: unknown, asked: Asked): string {
  // An error around several says nothing of its own.
  const told = [...chain(error)].find((each) => !('errors' in each));
  return missingRight(error, asked) ?? told?.message ?? String(error);
}

/** What any failure of kafkajs is to the adapter's caller. */
export function unavailable(what: string, error: unknown, asked: Asked): StreamUnavailable {
  if (error instanceof StreamUnavailable) return error;
  return new StreamUnavailable(`Kafka: ${what}: ${reasonOf(error, asked)}`, retryAfterSeconds, { cause: error });
}
