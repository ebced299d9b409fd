import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Appended, type EventStream, RecordRefused, StreamUnavailable } from './event-stream.js';
import { guardedPublisher } from './guarded-publisher.js';

/** A log that is there, away (refuses), or silent (never answers). */
class MoodyLog implements Pick<EventStream, 'publish' | 'probe'> {
  mood: 'there' | 'away' | 'silent' = 'there';
  stored: string[] = [];
  attempts = 0;

  async publish(_topic: string, records: readonly { value: Uint8Array | null }[]): Promise<Appended[]> {
    this.attempts += 1;
    await this.#answer();
    this.stored.push(...records.map(({ value }) => Buffer.from(value ?? []).toString()));
    return records.map((_, index) => ({ partition: 0, position: BigInt(index) }));
  }

  probe(): Promise<void> {
    return this.#answer();
  }

  #answer(): Promise<void> {
    if (this.mood === 'silent') return new Promise(() => undefined);
    return this.mood === 'there' ? Promise.resolve() : Promise.reject(new StreamUnavailable('connection refused', 9));
  }
}

const one = (value: string) => [{ key: null, headers: {}, value: Buffer.from(value) }];

describe('guardedPublisher', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('waits out an outage that is shorter than the wait', async () => {
    const log = new MoodyLog();
    const publisher = guardedPublisher(log, { waitMs: 5_000, maxBytes: 1_000 });
    log.mood = 'away';
    const published = publisher.publish('t', one('a'));
    await vi.advanceTimersByTimeAsync(4_000);
    log.mood = 'there';
    await vi.advanceTimersByTimeAsync(900);
    expect(await published).toEqual([{ partition: 0, position: 0n }]);
    expect(publisher.problem()).toBeNull();
  });

  for (const mood of ['away', 'silent'] as const) {
    it(`after the wait for a log that is ${mood} it refuses at once, until a probe succeeds`, async () => {
      const log = new MoodyLog();
      const publisher = guardedPublisher(log, { waitMs: 5_000, maxBytes: 1_000 });
      log.mood = mood;
      const given = publisher.publish('t', one('a')).catch((error: unknown) => error);
      await vi.advanceTimersByTimeAsync(4_999);
      expect(publisher.problem()).toBeNull();
      await vi.advanceTimersByTimeAsync(1);
      expect(await given).toBeInstanceOf(StreamUnavailable);
      expect(publisher.problem()).toContain('5000 ms');

      const { attempts } = log;
      const refusal = await publisher.publish('t', one('b')).catch((error: unknown) => error);
      expect(refusal).toBeInstanceOf(StreamUnavailable);
      expect((refusal as StreamUnavailable).retryAfterSeconds).toBeGreaterThan(0);
      expect(log.attempts).toBe(attempts);

      await vi.advanceTimersByTimeAsync(30_000);
      expect(publisher.problem()).not.toBeNull();
      log.mood = 'there';
      await vi.advanceTimersByTimeAsync(mood === 'silent' ? 6_000 : 1_000);
      expect(publisher.problem()).toBeNull();
      await publisher.publish('t', one('c'));
      expect(log.stored).toEqual(['c']);
      publisher.close();
    });
  }

  it('refuses at once what would make more wait than it may hold, and counts what was given up but still hangs', async () => {
    const log = new MoodyLog();
    log.mood = 'silent';
    const publisher = guardedPublisher(log, { waitMs: 5_000, maxBytes: 10 });
    const first = publisher.publish('t', one('12345678')).catch((error: unknown) => error);
    await expect(publisher.publish('t', one('123'))).rejects.toBeInstanceOf(StreamUnavailable);
    expect(log.attempts).toBe(1);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(await first).toBeInstanceOf(StreamUnavailable);
    log.mood = 'there';
    await vi.advanceTimersByTimeAsync(10_000);
    await expect(publisher.publish('t', one('123'))).rejects.toThrow('8 bytes are waiting');
    await publisher.publish('t', one('12'));
    publisher.close();
  });

  it('frees what was answered', async () => {
    const publisher = guardedPublisher(new MoodyLog(), { waitMs: 5_000, maxBytes: 10 });
    for (let n = 0; n < 10; n += 1) await publisher.publish('t', one('12345678'));
    expect(publisher.problem()).toBeNull();
  });

  it('hands on at once what is refused for good', async () => {
    const publish = () => Promise.reject(new RecordRefused('too large'));
    const publisher = guardedPublisher({ publish, probe: async () => undefined }, { waitMs: 5_000, maxBytes: 10 });
    await expect(publisher.publish('t', one('a'))).rejects.toBeInstanceOf(RecordRefused);
    expect(publisher.problem()).toBeNull();
  });

  it('stops sending again what nobody waits for', async () => {
    const log = new MoodyLog();
    log.mood = 'away';
    const publisher = guardedPublisher(log, { waitMs: 1_000, maxBytes: 1_000 });
    const given = publisher.publish('t', one('a')).catch((error: unknown) => error);
    await vi.advanceTimersByTimeAsync(1_000);
    await given;
    log.mood = 'there';
    await vi.advanceTimersByTimeAsync(60_000);
    expect(log.stored).toEqual([]);
    publisher.close();
  });
});
