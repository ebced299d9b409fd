import { describe, expect, it } from 'vitest';
import { type Bench, eventually, numbers, record, text } from './bench.js';
import { OwnerStore } from './owner-store.js';

/** One member of a group: claiming, handing out, holding back, giving back. */
export function consumingCases(bench: Bench): void {
  describe('one consumer', () => {
    it('hands out from the oldest record on when nothing was recorded yet, in the order of each key', async () => {
      const stream = await bench.open();
      const topic = await bench.topic(stream, 4);
      const sent = numbers(0, 200).map((n) => record(`key-${n % 10}`, `${n}`));
      await stream.publish(topic, sent.slice(0, 100));
      const store = new OwnerStore();
      await bench.consume(stream, topic, 'a', store);
      await stream.publish(topic, sent.slice(100));
      await eventually(() => expect(store.handled).toHaveLength(200));
      for (const key of numbers(0, 10)) {
        const values = store.handled.filter(({ record: each }) => text(each.key) === `key-${key}`);
        expect(values.map(({ record: each }) => Number(text(each.value)))).toEqual(
          numbers(0, 20).map((n) => n * 10 + key),
        );
      }
      expect(store.claims.map(({ partition }) => partition).sort()).toEqual([0, 1, 2, 3]);
      expect(store.violations).toEqual([]);
    });

    it('begins where claim says, under the epoch that claim gave', async () => {
      const stream = await bench.open();
      const topic = await bench.topic(stream);
      const places = await stream.publish(
        topic,
        numbers(0, 10).map((n) => record('k', String(n))),
      );
      const store = new OwnerStore();
      store.begin.set(0, places[6]!.position);
      const consumer = await bench.consume(stream, topic, 'a', store);
      await eventually(() => expect(store.values()).toEqual(['6', '7', '8', '9']));
      await eventually(() => {
        expect(consumer.problem()).toBeNull();
        expect(consumer.held().get(0)).toEqual({ epoch: 1n, lag: 0n });
      });
      expect(store.handled.every(({ epoch }) => epoch === 1n)).toBe(true);
      expect(store.violations).toEqual([]);
    });

    it('is told of records that come later, without asking', async () => {
      const [publisher, stream] = [await bench.open(), await bench.open()];
      const topic = await bench.topic(stream, 2);
      const store = new OwnerStore();
      await bench.consume(stream, topic, 'a', store);
      await eventually(() => expect(store.claims).toHaveLength(2));
      for (const n of numbers(0, 10)) {
        await publisher.publish(topic, [record(`key-${n}`, String(n))]);
        await eventually(() => expect(store.values()).toContain(String(n)));
      }
      expect(store.violations).toEqual([]);
    });

    it('asks again when claim throws', async () => {
      const stream = await bench.open();
      const topic = await bench.topic(stream);
      await stream.publish(topic, [record('k', 'v')]);
      const store = new OwnerStore();
      const handler = store.handler('a');
      let refusals = 2;
      const consumer = await stream.consume({
        topic,
        group: `group.${topic}`,
        member: 'a',
        handler: {
          ...handler,
          claim: async (partition) => {
            if (refusals-- > 0) throw new Error('the former owner has not given it up yet');
            return handler.claim(partition);
          },
        },
      });
      await eventually(() => expect(store.values()).toEqual(['v']));
      await consumer.stop();
      expect(store.violations).toEqual([]);
    });

    it('releases and claims again when handling records throws, and goes on from where the owner says', async () => {
      const stream = await bench.open();
      const topic = await bench.topic(stream);
      await stream.publish(
        topic,
        numbers(0, 10).map((n) => record('k', String(n))),
      );
      const store = new OwnerStore();
      let failures = 2;
      const consumer = await bench.consume(stream, topic, 'a', store, async () => {
        if (failures-- > 0) throw new Error('the epoch was lost');
      });
      await eventually(() => expect(store.values()).toEqual(numbers(0, 10).map(String)));
      expect(store.claims.map(({ epoch }) => epoch)).toEqual([1n, 2n, 3n]);
      expect(store.released.map(({ epoch }) => epoch)).toEqual([1n, 2n]);
      await eventually(() => expect(consumer.problem()).toBeNull());
      expect(store.violations).toEqual([]);
    });

    it('a records call that is pending holds back its own partition and no other', async () => {
      const stream = await bench.open();
      const topic = await bench.topic(stream, 4);
      const places = await stream.publish(
        topic,
        numbers(0, 40).map((n) => record(`key-${n}`, String(n))),
      );
      const [{ partition: stuck } = { partition: 0 }] = places;
      let free = (): void => undefined;
      const gate = new Promise<void>((resolve) => {
        free = resolve;
      });
      const store = new OwnerStore();
      await bench.consume(stream, topic, 'a', store, async (partition) => {
        if (partition === stuck) await gate;
      });
      const elsewhere = places.filter(({ partition }) => partition !== stuck).length;
      await eventually(() => expect(store.handled).toHaveLength(elsewhere));
      const more = await stream.publish(
        topic,
        numbers(40, 80).map((n) => record(`key-${n}`, String(n))),
      );
      const moreElsewhere = more.filter(({ partition }) => partition !== stuck).length;
      await eventually(() => expect(store.handled).toHaveLength(elsewhere + moreElsewhere));
      free();
      await eventually(() => expect(store.handled).toHaveLength(80));
      expect(store.violations).toEqual([]);
    });

    it('stop awaits release, which ends the waiting of a pending records call', async () => {
      const stream = await bench.open();
      const topic = await bench.topic(stream);
      await stream.publish(topic, [record('k', 'v')]);
      let free = (): void => undefined;
      const gate = new Promise<void>((resolve) => {
        free = resolve;
      });
      let waiting = false;
      const order: string[] = [];
      const consumer = await stream.consume({
        topic,
        group: `group.${topic}`,
        member: 'a',
        handler: {
          claim: async () => ({ epoch: 7n, position: null }),
          records: async () => {
            waiting = true;
            await gate;
            order.push('records ended');
          },
          release: async (partition, epoch) => {
            order.push(`release ${partition} under ${epoch}`);
            free();
            await new Promise((resolve) => setImmediate(resolve));
            order.push('released');
          },
        },
      });
      await eventually(() => expect(waiting).toBe(true));
      await consumer.stop();
      order.push('stopped');
      expect(order).toEqual(['release 0 under 7', 'records ended', 'released', 'stopped']);
      expect(consumer.held().size).toBe(0);
    });

    it('a position out of range is reported and nothing is handed out', async () => {
      const stream = await bench.open();
      const topic = await bench.topic(stream, 2);
      const places = await stream.publish(
        topic,
        numbers(0, 20).map((n) => record(`key-${n}`, String(n))),
      );
      const store = new OwnerStore();
      store.begin.set(0, 1_000_000n);
      const consumer = await bench.consume(stream, topic, 'a', store);
      const healthy = places.filter(({ partition }) => partition === 1).length;
      await eventually(() => {
        expect(store.handled).toHaveLength(healthy);
        expect(consumer.problem()).toContain('out of range');
      });
      expect(store.handled.every(({ partition }) => partition === 1)).toBe(true);
    });

    it('reports the lag of what it holds back', async () => {
      const stream = await bench.open();
      const topic = await bench.topic(stream);
      let free = (): void => undefined;
      const gate = new Promise<void>((resolve) => {
        free = resolve;
      });
      let calls = 0;
      const store = new OwnerStore();
      const consumer = await bench.consume(stream, topic, 'a', store, async () => {
        calls += 1;
        await gate;
      });
      await stream.publish(topic, [record('k', 'first')]);
      await eventually(() => expect(calls).toBe(1));
      await stream.publish(
        topic,
        numbers(0, 10).map((n) => record('k', String(n))),
      );
      await eventually(() => expect(consumer.held().get(0)?.lag).toBe(10n));
      free();
      await eventually(() => expect(consumer.held().get(0)?.lag).toBe(0n));
    });
  });
}
