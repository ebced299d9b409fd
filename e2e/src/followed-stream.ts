import { setTimeout as sleep } from 'node:timers/promises';
import type { SluiceClient } from '@sluice/testing/stack/sluice-client';

const RETRY_MS = 100;

/** What one reader of server-sent events has read, as a browser does it: who opens it again goes on behind the last id. */
export class FollowedStream<T> {
  readonly read: T[] = [];
  #lastId: string | null = null;
  #end: AbortController | null = null;

  /**
   * @param path `/v1/events/follow`, for example.
   * @param event the name of those that count.
   */
  constructor(
    private readonly path: string,
    private readonly event: string,
  ) {}

  /** Reads from that gateway from now on, and no longer from another one. Resolves when it has begun. */
  async through({ baseUrl, apiKey }: SluiceClient): Promise<void> {
    this.close();
    const end = new AbortController();
    this.#end = end;
    const headers: Record<string, string> = { authorization: `Bearer ${apiKey}` };
    if (this.#lastId !== null) headers['last-event-id'] = this.#lastId;
    const response = await fetch(baseUrl + this.path, { headers, signal: end.signal });
    if (!response.ok || response.body === null) throw new Error(`${this.path} answered ${response.status}`);
    void this.#readAll(response.body, end.signal);
    // Where it stands now is told before anything else: what comes while nobody reads is then behind that.
    while (this.path.endsWith('/follow') && this.#lastId === null) await sleep(RETRY_MS);
  }

  close(): void {
    this.#end?.abort();
  }

  async #readAll(body: ReadableStream<Uint8Array>, ended: AbortSignal): Promise<void> {
    const decoder = new TextDecoder();
    let text = '';
    try {
      for await (const part of body) {
        text += decoder.decode(part, { stream: true });
        const messages = text.split('\n\n');
        text = messages.pop() ?? '';
        if (ended.aborted) return;
        for (const message of messages) this.#take(message);
      }
    } catch {
      // It was closed, or its gateway is gone.
    }
  }

  #take(message: string): void {
    const lines = message.split('\n').map((line) => line.split(/: (.*)/s));
    const fields = new Map(lines.map(([name = '', value = '']) => [name, value]));
    this.#lastId = fields.get('id') ?? this.#lastId;
    const data = fields.get('data');
    if (data !== undefined && fields.get('event') === this.event) this.read.push(JSON.parse(data) as T);
  }
}
