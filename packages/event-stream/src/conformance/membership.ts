import { describe, expect, it } from 'vitest';
import type { StreamConsumer } from '../event-stream.js';
import { type Bench, eventually, numbers, record } from './bench.js';
import { OwnerStore } from './owner-store.js';

const PARTITIONS = 12;

const heldOnce = (consumers: readonly StreamConsumer[]): void => {
  const held = consumers.flatMap((consumer) => [...consumer.held().keys()]).sort((a, b) => a - b);
  expect(held).toEqual(numbers(0, PARTITIONS));
};

/** Several members of one group: sharing, joining, leaving, crashing. */
export function membershipCases(bench: Bench): void {
  describe('a group', () => {
    it('shares the partitions; each record is handled once while members come and go', async () => {
      const [publisher, one, two] = [await bench.open(), await bench.open(), await bench.open()];
      const topic = await bench.topic(publisher, PARTITIONS);
      const store = new OwnerStore();
      let sent = 0;
      const publish = async (): Promise<void> => {
        const batch = numbers(sent, sent + 60).map((n) => record(`key-${n}`, String(n)));
        sent += batch.length;
        await publisher.publish(topic, batch);
      };
      const a = await bench.consume(one, topic, 'a', store);
      await publish();
      await eventually(() => heldOnce([a]));
      const b = await bench.consume(two, topic, 'b', store);
      await publish();
      await eventually(() => {
        heldOnce([a, b]);
        expect(a.held().size).toBeGreaterThan(0);
        expect(b.held().size).toBeGreaterThan(0);
      });
      await publish();
      await a.stop();
      await publish();
      await eventually(() => heldOnce([b]));
      await publish();
      await eventually(() => expect(new Set(store.values()).size).toBe(sent));
      expect(store.values()).toHaveLength(sent);
      expect(store.violations).toEqual([]);
    });

    it('a join moves only the partitions that the new member gets, a leave only those it had', async () => {
      const streams = [await bench.open(), await bench.open(), await bench.open()];
      const topic = await bench.topic(streams[0]!, PARTITIONS);
      const store = new OwnerStore();
      const a = await bench.consume(streams[0]!, topic, 'a', store);
      const b = await bench.consume(streams[1]!, topic, 'b', store);
      await eventually(() => {
        heldOnce([a, b]);
        expect(a.held().size).toBeGreaterThan(0);
        expect(b.held().size).toBeGreaterThan(0);
      });
      const before = store.owners();
      const c = await bench.consume(streams[2]!, topic, 'c', store);
      await eventually(() => {
        heldOnce([a, b, c]);
        expect(c.held().size).toBeGreaterThan(0);
      });
      for (const [partition, owner] of store.owners()) expect(['c', before.get(partition)]).toContain(owner);
      await c.stop();
      await eventually(() => heldOnce([a, b]));
      expect(store.owners()).toEqual(before);
      expect(store.violations).toEqual([]);
    });

    it('a restart under the same name gets the same partitions, from the last recorded position', async () => {
      const [one, two, again] = [await bench.open(), await bench.open(), await bench.open()];
      const topic = await bench.topic(one, PARTITIONS);
      const store = new OwnerStore();
      const a = await bench.consume(one, topic, 'a', store);
      const b = await bench.consume(two, topic, 'b', store);
      await eventually(() => {
        heldOnce([a, b]);
        expect(a.held().size).toBeGreaterThan(0);
        expect(b.held().size).toBeGreaterThan(0);
      });
      const mine = new Set(a.held().keys());
      await a.stop();
      await one.publish(
        topic,
        numbers(0, 50).map((n) => record(`key-${n}`, String(n))),
      );
      const restarted = await bench.consume(again, topic, 'a', store);
      await eventually(() => {
        heldOnce([restarted, b]);
        expect(new Set(restarted.held().keys())).toEqual(mine);
        expect(store.values()).toHaveLength(50);
      });
      expect(new Set(store.values()).size).toBe(50);
      expect(store.violations).toEqual([]);
    });

    it('two groups each get everything', async () => {
      const stream = await bench.open();
      const topic = await bench.topic(stream, 2);
      const stores = [new OwnerStore(), new OwnerStore()];
      for (const [index, store] of stores.entries()) {
        const handler = store.handler('a');
        const consumer = await stream.consume({ topic, group: `group-${index}.${topic}`, member: 'a', handler });
        await eventually(() => expect(consumer.held().size).toBe(2));
      }
      await stream.publish(
        topic,
        numbers(0, 20).map((n) => record(`key-${n}`, String(n))),
      );
      for (const store of stores) {
        await eventually(() => expect(store.handled).toHaveLength(20));
        expect(store.violations).toEqual([]);
      }
    });

    it('what a crashed member had comes to another, from the last recorded position', async () => {
      const { stream: doomed, line } = await bench.openBehindLine();
      const survivor = await bench.open();
      const topic = await bench.topic(survivor, PARTITIONS);
      const store = new OwnerStore();
      const a = await bench.consume(doomed, topic, 'a', store);
      const b = await bench.consume(survivor, topic, 'b', store);
      await eventually(() => {
        heldOnce([a, b]);
        expect(a.held().size).toBeGreaterThan(0);
        expect(b.held().size).toBeGreaterThan(0);
      });
      const first = numbers(0, 60).map((n) => record(`key-${n}`, String(n)));
      await survivor.publish(topic, first);
      await eventually(() => expect(store.handled).toHaveLength(60));
      const recorded = new Map(numbers(0, PARTITIONS).map((partition) => [partition, store.position(partition)]));
      const orphaned = new Set(a.held().keys());
      line.sever();
      const claimsBefore = store.claims.length;
      await survivor.publish(
        topic,
        numbers(60, 120).map((n) => record(`key-${n}`, String(n))),
      );
      await eventually(() => expect(new Set(store.values()).size).toBe(120));
      await eventually(() => expect(b.held().size).toBe(PARTITIONS));
      for (const claim of store.claims.slice(claimsBefore)) {
        expect(orphaned).toContain(claim.partition);
        expect(claim).toMatchObject({ member: 'b', position: recorded.get(claim.partition) });
      }
      expect(store.values()).toHaveLength(120);
    });
  });
}
