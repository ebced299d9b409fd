import type { DeadLetterFailure } from '@sluice/contracts/dead-letter-commands';
import { takenAnew } from '@sluice/contracts/event-record';
import { EVENTS_TOPIC, RETRIES_TOPIC } from '@sluice/contracts/topics';
import { putBackHeader, retryRecord } from '@sluice/contracts/unreadable-record';
import {
  type EventStream,
  type OutgoingRecord,
  RecordRefused,
  StreamUnavailable,
} from '@sluice/event-stream/event-stream';
import type { Clock } from '@sluice/service-kit/clock';
import { ServiceUnavailable } from '@sluice/service-kit/service-unavailable';
import type { Pool } from 'pg';
import type { SizedLetter } from './choose-letters.js';
import { headersOf } from './kept-headers.js';
import { type KeptLetter, readKeptLetters } from './kept-letters.js';
import { type Doer, markPutBack } from './mark-letters.js';
import type { Sight } from './sight.js';

export interface PutBackParts {
  pool: Pool;
  stream: Pick<EventStream, 'publish'>;
  clock: Clock;
}

/** Records of one go: they are published, and then it is noted that they were. */
const GO = { letters: 200, bytes: 2 * 1024 * 1024 };

/** What became of some dead letters: ids of those that were put back, and the others. */
export interface PutBack {
  done: string[];
  failed: DeadLetterFailure[];
}

/**
 * Publishes the records of dead letters again, in the order given: those of a source for the importer, which converts them as
 * the source is now, the others where they stood, on the topic of the events. A row is changed after its record is
 * acknowledged: a crash in between, or two who do it at once, publish the same record twice, which counts once.
 *
 * @throws {ServiceUnavailable} when the stream is away and nothing was put back.
 */
export async function putBack(
  { pool, stream, clock }: PutBackParts,
  sight: Sight,
  letters: readonly SizedLetter[],
  doer: Doer,
): Promise<PutBack> {
  const outcome: PutBack = { done: [], failed: [] };
  let away: StreamUnavailable | null = null;
  for (const ids of inGoes(letters)) {
    if (away !== null) {
      outcome.failed.push(...ids.map((id) => unavailable(id)));
      continue;
    }
    const kept = await readKeptLetters(pool, sight, ids);
    const published: { id: string; times: number }[] = [];
    await Promise.all(
      kept.map(async (letter) => {
        const obstacle = obstacleTo(letter);
        if (obstacle !== null) {
          outcome.failed.push({ id: letter.id, code: 'conflict', reason: obstacle });
          return;
        }
        const times = letter.times + 1;
        try {
          const { topic, record } = outgoing(letter, times, new Date(clock.nowMs()));
          await stream.publish(topic, [record]);
          published.push({ id: letter.id, times });
        } catch (error) {
          if (error instanceof StreamUnavailable) away = error;
          outcome.failed.push(failureOf(letter.id, error));
        }
      }),
    );
    await markPutBack(pool, published, doer, clock.shiftMs);
    outcome.done.push(...published.map(({ id }) => id));
  }
  if (away !== null && outcome.done.length === 0) {
    throw new ServiceUnavailable('the stream takes nothing at the moment: nothing was put back', { cause: away });
  }
  return outcome;
}

/** Why there is nothing to put back; null when there is. */
function obstacleTo({ isDropped, headers, cutFrom, data }: KeptLetter): string | null {
  if (isDropped) return 'it was dropped';
  if (cutFrom !== null) return `the record was cut: ${data?.byteLength ?? 0} bytes are kept of ${cutFrom}`;
  return headers === null ? 'the record is not kept, only why it could not be recorded' : null;
}

function outgoing(letter: KeptLetter, times: number, now: Date): { topic: string; record: OutgoingRecord } {
  const { id, accountId, sourceId, topic, partition, offset, timestampMs, key, data: value } = letter;
  const former = { id, times };
  const headers = headersOf(letter.headers);
  if (sourceId !== null) {
    const origin = { sourceId, topic, partition, offset, timestampMs: timestampMs ?? -1 };
    const record = retryRecord({ ...origin, key, headers, value }, { accountId: accountId ?? '', former });
    return { topic: RETRIES_TOPIC, record };
  }
  const texts = Object.fromEntries(headers.map(([name, text]) => [name, text?.toString('utf8') ?? '']));
  return {
    topic: EVENTS_TOPIC,
    record: { key, headers: { ...takenAnew(texts, now), ...putBackHeader(former) }, value },
  };
}

const unavailable = (id: string): DeadLetterFailure => ({
  id,
  code: 'unavailable',
  reason: 'the stream takes nothing at the moment',
});

function failureOf(id: string, error: unknown): DeadLetterFailure {
  if (error instanceof StreamUnavailable) return unavailable(id);
  if (error instanceof RecordRefused) {
    return { id, code: 'conflict', reason: `the stream does not take the record: ${error.message}` };
  }
  throw error;
}

function* inGoes(letters: readonly SizedLetter[]): Generator<string[]> {
  let ids: string[] = [];
  let sum = 0;
  for (const { id, bytes } of letters) {
    if (ids.length > 0 && (ids.length === GO.letters || sum + bytes > GO.bytes)) {
      yield ids;
      [ids, sum] = [[], 0];
    }
    ids.push(id);
    sum += bytes;
  }
  if (ids.length > 0) yield ids;
}
