import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { PositionOutOfRange, RecordRefused, type StreamRecord } from '../event-stream.js';
import { type Bench, eventually, numbers, record, text } from './bench.js';

/** Appending, and reading without a group. */
export function publishingCases(bench: Bench): void {
  describe('publishing and reading', () => {
    it('answers a place for each record, and the record is found there', async () => {
      const stream = await bench.open();
      const topic = await bench.topic(stream, 4);
      const sent = numbers(0, 40).map((n) => record(`key-${n}`, `value-${n}`, { number: String(n) }));
      const places = await stream.publish(topic, sent);
      expect(places).toHaveLength(sent.length);
      expect(new Set(places.map(({ partition }) => partition)).size).toBeGreaterThan(1);
      for (const [index, { partition, position }] of places.entries()) {
        const [found] = await stream.read(topic, partition, position, 1);
        expect(found?.position).toBe(position);
        expect(text(found!.key)).toBe(`key-${index}`);
        expect(text(found!.value)).toBe(`value-${index}`);
        expect(found?.headers).toEqual({ number: String(index) });
      }
    });

    it('puts a key always into the same partition, whichever instance publishes it', async () => {
      const [one, other] = [await bench.open(), await bench.open()];
      const topic = await bench.topic(one, 8);
      const keys = numbers(0, 30).map((n) => `account-${n}/subject`);
      const first = await one.publish(
        topic,
        keys.map((key) => record(key, 'a')),
      );
      const second = await other.publish(
        topic,
        keys.map((key) => record(key, 'b')),
      );
      expect(second.map(({ partition }) => partition)).toEqual(first.map(({ partition }) => partition));
    });

    it('keys to partitions as Kafka does, so that a move between adapters keeps them', async () => {
      const stream = await bench.open();
      const topic = await bench.topic(stream, 32);
      const keys = ['a', 'account/42', 'Grüße', '0123456789abcdef'];
      const places = await stream.publish(
        topic,
        keys.map((key) => record(key, '')),
      );
      expect(places.map(({ partition }) => partition)).toEqual([28, 20, 7, 12]);
    });

    it('spreads records without a key', async () => {
      const stream = await bench.open();
      const topic = await bench.topic(stream, 4);
      for (const n of numbers(0, 40)) await stream.publish(topic, [record(null, `${n}`)]);
      const counts = await Promise.all(numbers(0, 4).map(async (p) => (await bench.all(stream, topic, p)).length));
      expect(counts.reduce((sum, count) => sum + count, 0)).toBe(40);
      expect(counts.filter((count) => count > 0).length).toBeGreaterThan(1);
    });

    it('keeps the order of a key over calls made one after another without waiting', async () => {
      const stream = await bench.open();
      const topic = await bench.topic(stream, 2);
      const keys = ['a', 'b', 'c', 'd'];
      await Promise.all(
        numbers(0, 100).map((n) =>
          stream.publish(
            topic,
            keys.map((key) => record(key, String(n))),
          ),
        ),
      );
      const found = [...(await bench.all(stream, topic, 0)), ...(await bench.all(stream, topic, 1))];
      for (const key of keys) {
        const values = found.filter((each) => text(each.key) === key).map((each) => Number(text(each.value)));
        expect(values).toEqual(numbers(0, 100));
      }
    });

    it('carries 1 MiB of any bytes, with headers of any characters', async () => {
      const stream = await bench.open();
      const topic = await bench.topic(stream);
      const value = randomBytes(1024 * 1024);
      const headers = { ce_subject: 'Zoë/日本/🙂', empty: '', 'content-type': 'application/json', nul: 'a\u0000b' };
      const key = Buffer.from([0, 255, 128, 10]);
      const [place] = await stream.publish(topic, [{ key, headers, value }]);
      const [found] = await stream.read(topic, place!.partition, place!.position, 1);
      expect(Buffer.compare(Buffer.from(found!.value!), value)).toBe(0);
      expect(Buffer.from(found!.key!)).toEqual(key);
      expect(found?.headers).toEqual(headers);
    });

    it('keeps null and empty apart', async () => {
      const stream = await bench.open();
      const topic = await bench.topic(stream);
      const empty = new Uint8Array();
      await stream.publish(topic, [{ key: Buffer.from('k'), headers: {}, value: null }]);
      await stream.publish(topic, [{ key: null, headers: {}, value: empty }]);
      const found = await bench.all(stream, topic, 0);
      expect(found.map(({ key, value }) => [text(key), text(value)])).toEqual([
        ['k', null],
        [null, ''],
      ]);
    });

    it('refuses a record that is too large for it, and nothing else with it', async () => {
      const stream = await bench.open();
      const topic = await bench.topic(stream);
      const large = { key: null, headers: {}, value: Buffer.alloc(24 * 1024 * 1024) };
      const outcomes = await Promise.allSettled([
        stream.publish(topic, [record('k', 'before')]),
        stream.publish(topic, [large]),
        stream.publish(topic, [record('k', 'after')]),
      ]);
      expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
      expect((outcomes[1] as PromiseRejectedResult).reason).toBeInstanceOf(RecordRefused);
      expect((await bench.all(stream, topic, 0)).map(({ value }) => text(value))).toEqual(['before', 'after']);
    });

    it('reads from a position, at most as many as asked for', async () => {
      const stream = await bench.open();
      const topic = await bench.topic(stream);
      const places = await stream.publish(
        topic,
        numbers(0, 20).map((n) => record('k', String(n))),
      );
      const found = await stream.read(topic, 0, places[7]!.position, 5);
      expect(found.length).toBeGreaterThan(0);
      expect(found.length).toBeLessThanOrEqual(5);
      expect(found.map(({ value }) => text(value))).toEqual(['7', '8', '9', '10', '11'].slice(0, found.length));
      const [range] = await stream.ranges(topic);
      expect(range).toEqual({ partition: 0, first: places[0]!.position, end: places[19]!.position + 1n });
      expect(await stream.read(topic, 0, range!.end, 5)).toEqual([]);
    });

    it('refuses to read beyond the end: nothing is jumped over in silence', async () => {
      const stream = await bench.open();
      const topic = await bench.topic(stream);
      await stream.publish(topic, [record('k', 'v')]);
      await expect(stream.read(topic, 0, 1_000n, 5)).rejects.toBeInstanceOf(PositionOutOfRange);
    });

    it('finds the position of a time; the end where nothing is as young', async () => {
      const stream = await bench.open();
      const topic = await bench.topic(stream, 2);
      const appended: StreamRecord[] = [];
      for (const n of numbers(0, 5)) {
        const [place] = await stream.publish(topic, [record('k', String(n))]);
        const latest = (await stream.read(topic, place!.partition, place!.position, 1))[0]!;
        appended.push(latest);
        await eventually(() => expect(Date.now()).toBeGreaterThan(latest.appendedAt.getTime() + 2));
      }
      const { partition } = appended[0]!;
      for (const each of appended) {
        const positions = await stream.positionsAt(topic, each.appendedAt);
        expect(positions.get(partition)).toBe(each.position);
      }
      const between = await stream.positionsAt(topic, new Date(appended[1]!.appendedAt.getTime() + 1));
      expect(between.get(partition)).toBe(appended[2]!.position);
      const ranges = await stream.ranges(topic);
      const ends = new Map(ranges.map((range) => [range.partition, range.end]));
      expect(await stream.positionsAt(topic, new Date(Date.now() + 3_600_000))).toEqual(ends);
      expect(await stream.positionsAt(topic, new Date(0))).toEqual(
        new Map(ranges.map((range) => [range.partition, range.first])),
      );
    });

    it('leaves a topic that is there as it is', async () => {
      const stream = await bench.open();
      const topic = await bench.topic(stream, 3);
      await stream.publish(topic, [record('k', 'v')]);
      await stream.ensureTopics([{ topic, partitions: 3 }]);
      const ranges = await stream.ranges(topic);
      expect(ranges.map(({ partition }) => partition).sort()).toEqual([0, 1, 2]);
      expect(ranges.reduce((sum, { first, end }) => sum + (end - first), 0n)).toBe(1n);
    });

    it('never shows a reader a later position before an earlier one, with publishers at the same time', async () => {
      const publishers = [await bench.open(), await bench.open(), await bench.open()];
      const reader = await bench.open();
      const topic = await bench.topic(reader);
      let publishing = true;
      const seen: string[] = [];
      const reading = (async () => {
        let next = 0n;
        for (;;) {
          const last = !publishing;
          const some = await reader.read(topic, 0, next, 100);
          for (const each of some) {
            seen.push(text(each.value)!);
            next = each.position + 1n;
          }
          if (last && some.length === 0) return;
        }
      })();
      await Promise.all(
        publishers.map(async (publisher, index) => {
          for (const n of numbers(0, 150)) await publisher.publish(topic, [record('same key', `${index}:${n}`)]);
        }),
      );
      publishing = false;
      await reading;
      const complete = (await bench.all(reader, topic, 0)).map(({ value }) => text(value));
      expect(seen).toEqual(complete);
      for (const index of publishers.keys()) {
        expect(seen.filter((value) => value.startsWith(`${index}:`))).toEqual(
          numbers(0, 150).map((n) => `${index}:${n}`),
        );
      }
    });

    it('a reader does not pass a publisher whose transaction is still open', async () => {
      const [publisher, reader] = [await bench.open(), await bench.open()];
      const topic = await bench.topic(reader);
      await publisher.publish(topic, [record('k', 'first')]);
      const held = await bench.harness().holdPublish(topic, record('k', 'held'));
      const behind = publisher.publish(topic, [record('k', 'behind')]);
      const [before] = [await bench.all(reader, topic, 0)];
      await held.commit();
      await behind;
      // Kafka answers a commit before the readers may see it.
      await eventually(async () => {
        const after = await bench.all(reader, topic, 0, (before.at(-1)?.position ?? -1n) + 1n);
        expect([...before, ...after].map(({ value }) => text(value))).toEqual(['first', 'held', 'behind']);
      });
    });
  });
}
