import { createParser, type EventSourceMessage } from 'eventsource-parser';

/** Three of the comments that Sluice sends every 15 seconds to keep a stream open. */
const SILENCE_MS = 45_000;

/**
 * The messages of a body of server-sent events, until it ends.
 *
 * @throws when it is cut, and when nothing at all comes for so long that the connection must have died unnoticed, as it
 * does when a laptop sleeps. Time in which nobody asks for the next message does not count.
 */
export async function* messagesOf(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
  silenceMs = SILENCE_MS,
): AsyncGenerator<EventSourceMessage> {
  const arrived: EventSourceMessage[] = [];
  const parser = createParser({ onEvent: (message) => arrived.push(message) });
  const decoder = new TextDecoder();
  const reader = body.getReader();
  try {
    for (;;) {
      const { done, value } = await within(silenceMs, reader.read());
      if (done) return;
      parser.feed(decoder.decode(value, { stream: true }));
      yield* arrived.splice(0);
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

async function within<T>(silenceMs: number, reading: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`nothing came for ${silenceMs / 1_000} s`)), silenceMs);
  });
  try {
    return await Promise.race([reading, silence]);
  } finally {
    clearTimeout(timer);
  }
}
