import { describe, expect, it } from 'vitest';
import { type Appended, type EventStream, StreamUnavailable } from '../event-stream.js';
import { guardedPublisher } from '../guarded-publisher.js';
import { type Bench, eventually, numbers, record, text } from './bench.js';
import { OwnerStore } from './owner-store.js';

/** Publishes as a careful caller does: again, until it is acknowledged. */
async function publishUntilAcknowledged(stream: EventStream, topic: string, value: string): Promise<Appended> {
  return eventually(async () => (await stream.publish(topic, [record('k', value)]))[0]!);
}

const repeated = (values: readonly unknown[], value: unknown): boolean =>
  values.indexOf(value) !== values.lastIndexOf(value);

/** Connections that drop, and a log that goes away and comes back. */
export function outageCases(bench: Bench): void {
  describe('outages', () => {
    it('a connection dropped between append and answer loses nothing, then or later', async () => {
      const { stream, line } = await bench.openBehindLine();
      const witness = await bench.open();
      const topic = await bench.topic(stream);
      await stream.publish(topic, [record('k', 'warm')]);
      const acknowledged = ['warm'];
      for (const round of numbers(0, 5)) {
        line.mute();
        const unanswered = stream.publish(topic, [record('k', `unanswered-${round}`)]);
        const meanwhile = stream.publish(topic, [record('k', `meanwhile-${round}`)]);
        const outcomes = Promise.allSettled([unanswered, meanwhile]);
        await eventually(async () => {
          const values = (await bench.all(witness, topic, 0)).map(({ value }) => text(value));
          expect(values).toContain(`unanswered-${round}`);
        });
        line.cut();
        const names = [`unanswered-${round}`, `meanwhile-${round}`];
        for (const [index, outcome] of (await outcomes).entries()) {
          if (outcome.status === 'rejected') {
            expect(outcome.reason).toBeInstanceOf(StreamUnavailable);
            await publishUntilAcknowledged(stream, topic, names[index]!);
          }
          acknowledged.push(names[index]!);
        }
        for (const n of numbers(0, 5)) {
          await publishUntilAcknowledged(stream, topic, `later-${round}-${n}`);
          acknowledged.push(`later-${round}-${n}`);
        }
      }
      const values = (await bench.all(witness, topic, 0)).map(({ value }) => text(value));
      expect(values).toEqual(expect.arrayContaining(acknowledged));
      const later = acknowledged.filter((value) => value.startsWith('later-'));
      expect(values.filter((value) => value?.startsWith('later-') && !repeated(values, value))).toEqual(
        later.filter((value) => !repeated(values, value)),
      );
    });

    it('connections cut under load lose nothing that was acknowledged', async () => {
      const { stream, line } = await bench.openBehindLine();
      const witness = await bench.open();
      const topic = await bench.topic(stream, 4);
      const places = new Map<string, Appended>();
      let cuts = 0;
      await Promise.all([
        ...numbers(0, 8).map(async (publisher) => {
          for (const n of numbers(0, 60)) {
            const value = `${publisher}:${n}`;
            places.set(
              value,
              await eventually(async () => (await stream.publish(topic, [record(`key-${publisher}`, value)]))[0]!),
            );
          }
        }),
        (async () => {
          while (cuts < 4) {
            await eventually(() => expect(places.size).toBeGreaterThan((cuts + 1) * 80));
            line.cut();
            cuts += 1;
          }
        })(),
      ]);
      for (const [value, { partition, position }] of places) {
        const [found] = await witness.read(topic, partition, position, 1);
        expect([found?.position, text(found?.value ?? null)]).toEqual([position, value]);
      }
    });

    it('while the log is away publish and probe say so; afterwards all goes on without help', async () => {
      const { stream, line } = await bench.openBehindLine();
      const topic = await bench.topic(stream, 2);
      const store = new OwnerStore();
      const consumer = await bench.consume(stream, topic, 'a', store);
      await publishUntilAcknowledged(stream, topic, 'before');
      await eventually(() => expect(store.values()).toEqual(['before']));
      line.sever();
      const refusal = await stream.publish(topic, [record('k', 'lost')]).catch((error: unknown) => error);
      expect(refusal).toBeInstanceOf(StreamUnavailable);
      expect((refusal as StreamUnavailable).retryAfterSeconds).toBeGreaterThan(0);
      await expect(stream.probe()).rejects.toBeInstanceOf(StreamUnavailable);
      await expect(stream.read(topic, 0, 0n, 1)).rejects.toBeInstanceOf(StreamUnavailable);
      await eventually(() => expect(consumer.problem()).not.toBeNull());
      line.restore();
      await eventually(() => stream.probe());
      await publishUntilAcknowledged(stream, topic, 'after');
      await eventually(() => expect(store.values()).toContain('after'));
      await eventually(() => expect(consumer.problem()).toBeNull());
      expect(store.violations).toEqual([]);
    });

    it('the log itself restarts: nothing acknowledged is lost, consumers go on', async () => {
      const { log } = bench.harness();
      const stream = await bench.open();
      const topic = await bench.topic(stream, 4);
      const store = new OwnerStore();
      const consumer = await bench.consume(stream, topic, 'a', store);
      const before = numbers(0, 40).map((n) => record(`key-${n}`, String(n)));
      await stream.publish(topic, before);
      await eventually(() => expect(store.handled).toHaveLength(40));
      await log.stop();
      await expect(stream.publish(topic, before)).rejects.toBeInstanceOf(StreamUnavailable);
      await log.start();
      await eventually(() => stream.probe());
      const after = numbers(40, 80).map((n) => record(`key-${n}`, String(n)));
      await eventually(() => stream.publish(topic, after));
      await eventually(() => expect(new Set(store.values()).size).toBe(80));
      await eventually(() => expect(consumer.problem()).toBeNull());
      expect(store.violations).toEqual([]);
    });

    it('a guarded publisher waits out a short outage, refuses at once in a long one, and comes back', async () => {
      const { stream, line } = await bench.openBehindLine();
      const topic = await bench.topic(stream);
      const publisher = guardedPublisher(stream, { waitMs: 3_000, maxBytes: 1024 * 1024 });
      try {
        await publisher.publish(topic, [record('k', 'calm')]);
        line.sever();
        const patient = publisher.publish(topic, [record('k', 'patient')]);
        const given = await patient.catch((error: unknown) => error);
        expect(given).toBeInstanceOf(StreamUnavailable);
        expect(publisher.problem()).not.toBeNull();
        await expect(publisher.publish(topic, [record('k', 'refused')])).rejects.toBeInstanceOf(StreamUnavailable);
        line.restore();
        await eventually(() => expect(publisher.problem()).toBeNull());
        await publisher.publish(topic, [record('k', 'back')]);
        const values = (await bench.all(stream, topic, 0)).map(({ value }) => text(value));
        expect(values).toContain('calm');
        expect(values).toContain('back');
        expect(values).not.toContain('refused');
      } finally {
        publisher.close();
      }
    });
  });
}
