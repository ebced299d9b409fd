import type { ApiClient } from '../api/api-client.js';
import { type FieldError, Refusal } from '../api/refusal.js';

/** Well within what one request may have (docs/api.md): 5 MiB and 10,000 events. */
const MOST_BYTES = 4 * 1024 * 1024;
const MOST_EVENTS = 1_000;

/** What became of one event of a batch. */
export interface BatchResult {
  index: number;
  accepted: boolean;
  source?: string;
  id?: string;
  message?: string;
  errors?: FieldError[];
}

/**
 * Publishes events in as many requests as they need, one after another, and tells of each request as it is answered.
 * `index` counts through all of them.
 *
 * @param events each as its JSON text.
 * @throws {CommandFailure} when a request as a whole was refused, or no answer came.
 */
export async function* publishBatch(
  api: ApiClient,
  events: readonly string[],
  headers: Record<string, string>,
): AsyncGenerator<BatchResult[]> {
  let from = 0;
  for (const part of partsOf(events)) {
    const results = await publishPart(api, part, headers);
    const first = from;
    yield results.map((result) => ({ ...result, index: first + result.index }));
    from += part.length;
  }
}

async function publishPart(api: ApiClient, part: string[], headers: Record<string, string>): Promise<BatchResult[]> {
  const body = `[${part.join(',')}]`;
  const asked = { body, headers: { ...headers, 'content-type': 'application/cloudevents-batch+json' } };
  try {
    return (await api.ask('POST', '/v1/events', asked)).body.results as BatchResult[];
  } catch (error) {
    // Where none was accepted the answer is a refusal that tells of each.
    const { results } = error instanceof Refusal ? (error.body as { results?: BatchResult[] }) : {};
    if (results === undefined) throw error;
    return results;
  }
}

function* partsOf(events: readonly string[]): Generator<string[]> {
  let part: string[] = [];
  let bytes = 0;
  for (const event of events) {
    const size = Buffer.byteLength(event) + 1;
    if (part.length === MOST_EVENTS || (part.length > 0 && bytes + size > MOST_BYTES)) {
      yield part;
      part = [];
      bytes = 0;
    }
    part.push(event);
    bytes += size;
  }
  yield part;
}
