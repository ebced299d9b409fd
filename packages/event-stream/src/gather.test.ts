import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RecordRefused, StreamUnavailable } from './event-stream.js';
import { Gather } from './gather.js';

/** A log whose sends end when the test says so. */
class HeldLog {
  readonly batches: string[][] = [];
  #ends: ((error?: Error) => void)[] = [];

  send = (items: readonly string[]): Promise<string[]> => {
    this.batches.push([...items]);
    return new Promise((resolve, reject) => {
      this.#ends.push((error) => (error ? reject(error) : resolve(items.map((item) => `stored ${item}`))));
    });
  };

  async end(error?: Error): Promise<void> {
    this.#ends.shift()!(error);
    await turn();
  }
}

/** Until everybody who was woken has gone on. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const roomy = { items: 100, bytes: 1_000_000 };

describe('Gather', () => {
  it('sends the first call at once and what arrives meanwhile as one batch', async () => {
    const log = new HeldLog();
    const gather = new Gather(log.send, roomy);
    const first = gather.add(['a'], 1);
    await turn();
    expect(log.batches).toEqual([['a']]);
    const answers = ['b', 'c'].map((item) => gather.add([item], 1));
    await log.end();
    expect(log.batches).toEqual([['a'], ['b', 'c']]);
    await log.end();
    expect(await Promise.all([first, ...answers])).toEqual([['stored a'], ['stored b'], ['stored c']]);
  });

  it('sends with the first call what those add who were woken by the same thing', async () => {
    const log = new HeldLog();
    const gather = new Gather(log.send, roomy);
    let ring: () => void = () => {};
    const bell = new Promise<void>((resolve) => {
      ring = resolve;
    });
    const answers = Promise.all(['a', 'b', 'c'].map((item) => bell.then(() => gather.add([item], 1))));
    ring();
    await turn();
    expect(log.batches).toEqual([['a', 'b', 'c']]);
    await log.end();
    expect(await answers).toEqual([['stored a'], ['stored b'], ['stored c']]);
  });

  it('bounds a batch by count and by bytes, and never tears a call apart', async () => {
    const log = new HeldLog();
    const gather = new Gather(log.send, { items: 3, bytes: 10 });
    void gather.add(['first'], 1);
    await turn();
    for (const [item, bytes] of [
      ['b', 4],
      ['c', 6],
      ['d', 1],
    ] as const)
      void gather.add([item], bytes);
    void gather.add(['e1', 'e2', 'e3', 'e4'], 50);
    void gather.add(['f'], 1);
    for (let n = 0; n < 5; n += 1) await log.end();
    expect(log.batches).toEqual([['first'], ['b', 'c'], ['d'], ['e1', 'e2', 'e3', 'e4'], ['f']]);
  });

  it('has at most one send under way, keeps the order of calls and answers each with its own', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 40 }), async (sizes) => {
        let underWay = 0;
        const order: string[] = [];
        const gather = new Gather<string, string>(
          async (items) => {
            underWay += 1;
            expect(underWay).toBe(1);
            await new Promise((resolve) => setImmediate(resolve));
            order.push(...items);
            underWay -= 1;
            return items.map((item) => `stored ${item}`);
          },
          { items: 6, bytes: 1_000 },
        );
        const calls = sizes.map((size, call) => Array.from({ length: size }, (_, index) => `${call}.${index}`));
        const answers = await Promise.all(calls.map((items) => gather.add(items, 1)));
        expect(answers).toEqual(calls.map((items) => items.map((item) => `stored ${item}`)));
        expect(order).toEqual(calls.flat());
      }),
    );
  });

  it('splits a batch that is refused for its data until the guilty call is alone', async () => {
    const sent: string[][] = [];
    const gather = new Gather<string, string>(async (items) => {
      sent.push([...items]);
      await new Promise((resolve) => setImmediate(resolve));
      if (items.includes('bad')) throw new RecordRefused('bad');
      return [...items];
    }, roomy);
    const first = gather.add(['a'], 1);
    await null;
    const others = ['b', 'c', 'bad', 'd'].map((item) => gather.add([item], 1));
    const outcomes = await Promise.allSettled([first, ...others]);
    expect(outcomes.map(({ status }) => status)).toEqual([
      'fulfilled',
      'fulfilled',
      'fulfilled',
      'rejected',
      'fulfilled',
    ]);
    expect(sent).toEqual([['a'], ['b', 'c', 'bad', 'd'], ['b', 'c'], ['bad', 'd'], ['bad'], ['d']]);
  });

  it('a log that is away refuses what waits for it too, and later calls are tried again', async () => {
    const log = new HeldLog();
    const gather = new Gather(log.send, roomy);
    const first = gather.add(['a'], 1);
    await turn();
    const early = Promise.allSettled([first, gather.add(['b'], 1)]);
    await log.end(new StreamUnavailable('away', 1));
    expect((await early).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    const late = gather.add(['c'], 1);
    await turn();
    await log.end();
    expect(await late).toEqual(['stored c']);
    expect(log.batches).toEqual([['a'], ['c']]);
  });

  it('another failure is that batch alone', async () => {
    const log = new HeldLog();
    const gather = new Gather(log.send, roomy);
    const first = gather.add(['a'], 1);
    await turn();
    const outcomes = Promise.allSettled([first, gather.add(['b'], 1)]);
    await log.end(new Error('a mistake'));
    await log.end();
    expect((await outcomes).map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
  });
});
