import { RecordRefused, StreamUnavailable } from './event-stream.js';

interface Call<Item, Answer> {
  items: readonly Item[];
  bytes: number;
  resolve(answers: Answer[]): void;
  reject(error: unknown): void;
}

/**
 * One send under way at a time; what arrives meanwhile forms the next batch, and what arrives in the same moment as the
 * first goes with it. So a batch is as large as the log is slow,
 * an idle log answers at once, and calls keep their order. A call is never torn apart: bounds count whole calls, and one
 * that is over a bound by itself is a batch of its own.
 */
export class Gather<Item, Answer> {
  #waiting: Call<Item, Answer>[] = [];
  #sending = false;

  /** @param send answers one for each item, in their order. It must settle in bounded time. */
  constructor(
    private readonly send: (items: readonly Item[]) => Promise<readonly Answer[]>,
    private readonly limits: { items: number; bytes: number },
  ) {}

  add(items: readonly Item[], bytes: number): Promise<Answer[]> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ items, bytes, resolve, reject });
      if (!this.#sending) void this.#sendAll();
    });
  }

  async #sendAll(): Promise<void> {
    this.#sending = true;
    // Whoever was woken by the same thing adds in this very turn.
    await null;
    while (this.#waiting.length > 0) await this.#sendBatch(this.#nextBatch());
    this.#sending = false;
  }

  #nextBatch(): Call<Item, Answer>[] {
    let items = 0;
    let bytes = 0;
    let count = 0;
    for (const call of this.#waiting) {
      items += call.items.length;
      bytes += call.bytes;
      if (count > 0 && (items > this.limits.items || bytes > this.limits.bytes)) break;
      count += 1;
    }
    return this.#waiting.splice(0, count);
  }

  async #sendBatch(calls: readonly Call<Item, Answer>[]): Promise<void> {
    try {
      const answers = await this.send(calls.flatMap(({ items }) => items));
      let from = 0;
      for (const { items, resolve } of calls) {
        resolve(answers.slice(from, from + items.length));
        from += items.length;
      }
    } catch (error) {
      if (error instanceof RecordRefused && calls.length > 1) return this.#sendHalves(calls);
      for (const { reject } of calls) reject(error);
      if (error instanceof StreamUnavailable) this.#refuseWaiting(error);
    }
  }

  /** A batch refused for its data is split until the guilty call is alone. */
  async #sendHalves(calls: readonly Call<Item, Answer>[]): Promise<void> {
    const middle = Math.ceil(calls.length / 2);
    await this.#sendBatch(calls.slice(0, middle));
    await this.#sendBatch(calls.slice(middle));
  }

  /** What waits for a log that is away would wait a time-out for each batch before it; its caller decides now. */
  #refuseWaiting(error: StreamUnavailable): void {
    for (const { reject } of this.#waiting.splice(0)) reject(error);
  }
}
