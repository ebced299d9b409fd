import { setTimeout as sleep } from 'node:timers/promises';
import type { PublishedEvent } from '@sluice/testing/stack/sluice-client';
import { openLoop } from './open-loop.js';
import { percentile } from './percentile.js';
import type { Receiver } from './receiver.js';

/** Milliseconds from when an event was due to be published until it arrived. */
export interface Latency {
  p50: number;
  p95: number;
  p99: number;
  events: number;
}

const PER_SECOND = 200;
/** Published in the same way and not counted: programs that have just started are slow at first. */
const WARM_UP_S = 3;
const LATEST_ARRIVAL_MS = 15_000;
const POLL_MS = 100;

export interface TimedPublishing {
  seconds: number;
  receiver: Receiver;
  /** The event of that number, under that id. */
  event: (number: number, id: string) => PublishedEvent;
  publish: (event: PublishedEvent) => Promise<{ status: number }>;
  /** Whether the event is one that must arrive and counts. All do unless told. */
  counts?: (number: number) => boolean;
}

let rounds = 0;

/** Publishes 200 events a second in an open loop and answers how many milliseconds those that count were under way. */
export async function timedPublishing({ counts = () => true, ...options }: TimedPublishing): Promise<number[]> {
  const { receiver, event, publish, seconds } = options;
  const round = ++rounds;
  const idOf = (number: number) => `timed-${round}-${number}`;
  const warmUp = WARM_UP_S * PER_SECOND;
  const due = await openLoop({
    perSecond: PER_SECOND,
    count: warmUp + seconds * PER_SECOND,
    send: async (number) => {
      const { status } = await publish(event(number, idOf(number)));
      if (status !== 202) throw new Error(`publishing answered ${status}`);
    },
  });
  const counted = due.map((_, number) => number).filter((number) => number >= warmUp && counts(number));
  const deadline = performance.now() + LATEST_ARRIVAL_MS;
  for (;;) {
    const arrivals = await receiver.arrivals();
    const times = counted.flatMap((number) => {
      const arrivedMs = arrivals.get(idOf(number));
      return arrivedMs === undefined ? [] : [arrivedMs - (due[number] as number)];
    });
    if (times.length === counted.length) return times;
    if (performance.now() > deadline) throw new Error(`${times.length} of ${counted.length} events arrived`);
    await sleep(POLL_MS);
  }
}

/** @param times of events under way, in milliseconds. */
export const latencyOf = (times: readonly number[]): Latency => ({
  p50: percentile(times, 0.5),
  p95: percentile(times, 0.95),
  p99: percentile(times, 0.99),
  events: times.length,
});
