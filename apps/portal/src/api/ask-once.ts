import { ask } from './ask.js';
import { Problem } from './problem.js';

/** A first request that was cut off by a crash holds its key for 60 s (docs/api.md); each wait is a second. */
const MOST_WAITS = 70;
const NO_ANSWER = 'No answer came. It may have been carried out: try again, it is done once.';

/** The keys of the requests that were sent and not answered, by what they ask. */
const unanswered = new Map<string, string>();

/**
 * Asks for something to be made, so that it is made once however often it is asked until an answer comes: the same
 * request goes out under the same Idempotency-Key, also when it is asked twice at a time. Once it was answered, or with
 * another body, it is another request. An answer with status 5xx doesn't say what became of it, and counts for none; nor
 * do 401 and 429, which refuse it before anything is known of the one before.
 *
 * @param body JSON text
 * @throws {Problem}
 */
export async function askOnce<Answer>(path: string, body?: string): Promise<Answer> {
  const request = `${path} ${body ?? ''}`;
  const key = unanswered.get(request) ?? newKey();
  unanswered.set(request, key);
  const forget = () => {
    if (unanswered.get(request) === key) unanswered.delete(request);
  };
  const asked = {
    method: 'POST',
    headers: { 'Idempotency-Key': key },
    ...(body === undefined ? {} : { body }),
  } as const;
  for (let waits = 0; ; waits++) {
    try {
      const answer = await ask<Answer>(path, asked);
      forget();
      return answer;
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (error.status === 0) throw new Problem(0, NO_ANSWER);
      // The first one is still under way: its answer is wanted.
      const underWay = error.status === 409 && error.retryAfterSeconds !== null;
      if (!underWay && isFinal(error.status)) forget();
      if (!underWay || waits === MOST_WAITS) throw error;
      await new Promise((resolve) => setTimeout(resolve, Math.max(error.retryAfterSeconds ?? 1, 0.1) * 1_000));
    }
  }
}

const isFinal = (status: number): boolean => status < 500 && status !== 401 && status !== 429;

/** 128 random bits. `crypto.randomUUID` is missing from pages that came by plain http. */
const newKey = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
