import type { DeadLetter, DeadLetterSummary, DoneToDeadLetters } from '@sluice/contracts/dead-letter-commands';
import type { ShownLetter, WholeLetter } from './dead-letter-schemas.js';

/** A dead letter without its bytes, in the names of our public API. */
export const letterSummaryAnswer = (letter: DeadLetterSummary): ShownLetter => ({
  id: letter.id,
  account_id: letter.accountId,
  state: letter.state,
  reason: letter.reason,
  at: letter.at,
  source_id: letter.origin.sourceId,
  topic: letter.origin.topic,
  partition: letter.origin.partition,
  offset: letter.origin.offset,
  timestamp: letter.origin.at,
  bytes: letter.bytes,
  cut_from: letter.cutFrom,
  put_back: letter.putBack,
  dropped: letter.dropped,
  former: letter.former,
});

/** With its bytes: as base64, and as text where they are UTF-8. */
export const letterAnswer = (letter: DeadLetter): WholeLetter => ({
  ...letterSummaryAnswer(letter),
  key: bytesAnswer(letter.key),
  headers: letter.headers.map(({ name, value }) => ({ name, value: bytesAnswer(value) })),
  value: bytesAnswer(letter.value),
  came_back_as: letter.cameBackAs,
});

/** What could not be done to some, and whether there are more. */
export const leftAnswer = ({ failed, more }: DoneToDeadLetters) => ({
  failed: failed.map(({ id, reason }) => ({ id, reason })),
  more,
});

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function bytesAnswer(base64: string | null): { base64: string; text: string | null } | null {
  if (base64 === null) return null;
  try {
    return { base64, text: UTF8.decode(Buffer.from(base64, 'base64')) };
  } catch {
    return { base64, text: null };
  }
}
