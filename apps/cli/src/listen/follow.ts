import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiClient, ApiRequest } from '../api/api-client.js';
import { messagesOf } from '../api/event-stream.js';
import { Refusal } from '../api/refusal.js';
import { CommandFailure, EXIT } from '../failure/command-failure.js';
import { remark } from '../terminal/show.js';
import { RecentIds } from './recent-ids.js';

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 30_000;

/** A thing that a stream told: as JSON that keeps its digits, and read. */
export interface Told<T> {
  text: string;
  thing: T;
}

export interface Following<T> extends Pick<ApiRequest, 'query'> {
  /** Two with the same are one, told again after a cut. */
  idOf: (thing: T) => string;
  /** For people, when the stream is open: what comes from then on is told. */
  greeting: string;
  signal: AbortSignal;
}

/**
 * What an endpoint of server-sent events tells, each thing once, until the signal aborts. A stream that is cut is opened
 * again behind what was read last, after 1 s, 2 s, 4 s … 30 s, and people are told so. A first one that can't be opened is
 * an error, and so is a refusal at any time; but a cut stream may count as open at the gateway (429) a little longer.
 *
 * @throws {CommandFailure}
 */
export async function* follow<T>(api: ApiClient, path: string, following: Following<T>): AsyncGenerator<Told<T>> {
  const { query = {}, idOf, greeting, signal } = following;
  const seen = new RecentIds();
  let last: string | undefined;
  let waitMs = FIRST_WAIT_MS;
  let wasOpen = false;
  for (;;) {
    let reason = 'Sluice ended it';
    try {
      const headers: Record<string, string> = last === undefined ? {} : { 'last-event-id': last };
      const body = await api.open(path, { query, headers, signal });
      remark(wasOpen ? 'Connected again.' : greeting);
      wasOpen = true;
      for await (const { event, id, data } of messagesOf(body)) {
        waitMs = FIRST_WAIT_MS;
        if (event !== 'position') {
          const thing = JSON.parse(data) as T;
          if (seen.isNew(idOf(thing))) yield { text: data, thing };
        }
        last = id ?? last;
      }
    } catch (error) {
      if (signal.aborted) return;
      if (!wasOpen || !isPassing(error)) throw error;
      reason = (error as Error).message.replace(/^sluice: /, '');
    }
    if (signal.aborted) return;
    remark(`The stream was cut (${reason}); trying again in ${waitMs / 1_000} s.`);
    await sleep(waitMs, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return;
    waitMs = Math.min(2 * waitMs, LONGEST_WAIT_MS);
  }
}

const isPassing = (error: unknown): boolean =>
  !(error instanceof CommandFailure) ||
  error.exitCode === EXIT.unreachable ||
  (error instanceof Refusal && error.status === 429);
