import { isJsonObject } from '@sluice/exact-json/json-object';
import type { JsonValue } from '@sluice/exact-json/json-value';
import { parseJson } from '@sluice/exact-json/parse-json';
import { Problem } from './problem.js';

interface Asked {
  method?: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** JSON text. */
  body?: string;
  signal?: AbortSignal;
}

/**
 * Asks the API with the session's cookie. Answers are read by our own reader: filters hold numbers that a double can't.
 * Throws {@link Problem}.
 */
export async function ask<Answer>(path: string, { method = 'GET', body, signal }: Asked = {}): Promise<Answer> {
  let response: Response;
  try {
    response = await fetch(path, {
      method,
      credentials: 'same-origin',
      // Without this header the API takes no change by cookie: another site can't set it.
      headers: { 'Sluice-Portal': '1', ...(body === undefined ? {} : { 'Content-Type': 'application/json' }) },
      ...(body === undefined ? {} : { body }),
      ...(signal === undefined ? {} : { signal }),
    });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new Problem(0, 'No answer came. Check your connection.');
  }
  const answer = readAnswer(new Uint8Array(await response.arrayBuffer()));
  if (!response.ok) throw problemOf(response.status, answer);
  return answer as Answer;
}

function readAnswer(bytes: Uint8Array): JsonValue {
  try {
    return parseJson(bytes);
  } catch {
    return null;
  }
}

function problemOf(status: number, answer: JsonValue): Problem {
  if (!isJsonObject(answer)) return new Problem(status, `The server answered with status ${status}.`);
  const { detail, title, errors } = answer;
  const message = typeof detail === 'string' ? detail : typeof title === 'string' ? title : `Status ${status}`;
  return new Problem(
    status,
    message,
    Array.isArray(errors) ? (errors as unknown as { path: string; message: string }[]) : [],
  );
}
