import { setTimeout as sleep } from 'node:timers/promises';
import { EventSourceParserStream } from 'eventsource-parser/stream';
import { CommandFailure, EXIT } from '../command-failure.js';
import { remark } from '../terminal/show.js';
import type { ApiClient, ApiRequest } from './api-client.js';

const AGAIN_MS = 2_000;

/**
 * What an endpoint of server-sent events tells, as JSON texts, until the signal aborts. A stream that is cut is opened
 * again behind what was read last; a first one that can't be opened is an error, and so is a refusal at any time.
 *
 * @throws {CommandFailure}
 */
export async function* follow(
  api: ApiClient,
  path: string,
  { query = {} }: Pick<ApiRequest, 'query'>,
  signal: AbortSignal,
): AsyncGenerator<string> {
  let last: string | undefined;
  for (let isFirst = true; !signal.aborted; isFirst = false) {
    try {
      const headers: Record<string, string> = last === undefined ? {} : { 'last-event-id': last };
      const body = await api.open(path, { query, headers, signal });
      const messages = body.pipeThrough(new TextDecoderStream()).pipeThrough(new EventSourceParserStream());
      for await (const { id, data } of messages) {
        if (data !== '') yield data;
        last = id ?? last;
      }
    } catch (error) {
      if (signal.aborted) return;
      const isRefused = error instanceof CommandFailure && error.exitCode !== EXIT.unreachable;
      if (isFirst || isRefused) throw error;
    }
    if (signal.aborted) return;
    remark('The stream was cut; trying again.');
    await sleep(AGAIN_MS, undefined, { signal }).catch(() => undefined);
  }
}

/** Aborts when Ctrl-C is pressed: whoever follows ends in order then. */
export function untilInterrupted(): AbortSignal {
  const interrupted = new AbortController();
  process.once('SIGINT', () => interrupted.abort());
  return interrupted.signal;
}
