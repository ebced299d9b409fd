import { isJsonObject } from '@sluice/exact-json/json-object';
import type { JsonValue } from '@sluice/exact-json/json-value';
import { parseJson } from '@sluice/exact-json/parse-json';
import { Problem } from './problem.js';

export interface Asked {
  method?: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** JSON text. */
  body?: string;
  headers?: Readonly<Record<string, string>>;
  signal?: AbortSignal;
}

/** `Retry-After` as this API gives it. */
const SECONDS = /^\d+$/;

/** Asks the API with the session's cookie. Throws {@link Problem}. */
export const ask = async <Answer>(path: string, asked?: Asked): Promise<Answer> =>
  (await exchange(path, asked)).answer as Answer;

/** What is answered, and the ETag that names the state it was in. Throws {@link Problem}. */
export async function askWithTag<Answer>(path: string): Promise<{ answer: Answer; etag: string | null }> {
  const { answer, headers } = await exchange(path);
  return { answer: answer as Answer, etag: headers.get('etag') };
}

/** Answers are read by our own reader: filters hold numbers that a double can't. */
async function exchange(path: string, { method = 'GET', body, headers, signal }: Asked = {}) {
  let response: Response;
  let bytes: ArrayBuffer;
  try {
    response = await fetch(path, {
      method,
      credentials: 'same-origin',
      headers: {
        // Without this header the API takes no change by cookie: another site can't set it.
        'Sluice-Portal': '1',
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body }),
      ...(signal === undefined ? {} : { signal }),
    });
    bytes = await response.arrayBuffer();
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new Problem(0, 'No answer came. Check your connection.');
  }
  const answer = readAnswer(new Uint8Array(bytes));
  if (!response.ok) throw problemOf(response, answer);
  return { answer, headers: response.headers };
}

function readAnswer(bytes: Uint8Array): JsonValue {
  try {
    return parseJson(bytes);
  } catch {
    return null;
  }
}

function problemOf({ status, headers }: Response, answer: JsonValue): Problem {
  const waits = headers.get('retry-after');
  const retryAfterSeconds = waits !== null && SECONDS.test(waits) ? Number(waits) : null;
  if (!isJsonObject(answer)) {
    return new Problem(status, `The server answered with status ${status}.`, [], retryAfterSeconds);
  }
  const { detail, title, errors } = answer;
  const message = typeof detail === 'string' ? detail : typeof title === 'string' ? title : `Status ${status}`;
  return new Problem(
    status,
    message,
    Array.isArray(errors) ? (errors as unknown as { path: string; message: string }[]) : [],
    retryAfterSeconds,
  );
}
