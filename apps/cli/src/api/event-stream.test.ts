import { expect, it } from 'vitest';
import { messagesOf } from './event-stream.js';

const bytes = (text: string) => new TextEncoder().encode(text);

it('puts messages together from pieces, and ends with the body', async () => {
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
    start(controller) {
      for (const byte of bytes(':\n\nid: 1\nevent: e\ndata: ä\n\ndata: b\n\n')) controller.enqueue(Uint8Array.of(byte));
      controller.close();
    },
  });
  const messages = [];
  for await (const message of messagesOf(body)) messages.push(message);
  expect(messages).toEqual([
    { id: '1', event: 'e', data: 'ä' },
    { id: undefined, event: undefined, data: 'b' },
  ]);
});

it('takes a long silence for a cut, and lets go of the body', async () => {
  let cancelled = false;
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
    start: (controller) => controller.enqueue(bytes('data: a\n\n')),
    cancel: () => {
      cancelled = true;
    },
  });
  const messages = messagesOf(body, 30);
  expect((await messages.next()).value).toMatchObject({ data: 'a' });
  await expect(messages.next()).rejects.toThrow('nothing came for 0.03 s');
  expect(cancelled).toBe(true);
});
