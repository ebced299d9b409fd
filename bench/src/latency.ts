import { benchEvent } from './bench-event.js';
import { ChildProgram } from './child-program.js';
import type { Installation } from './installation.js';
import type { Receiver } from './receiver.js';
import { type Latency, latencyOf, timedPublishing } from './timed-publishing.js';

const SECONDS = 10;

export interface LatencyResult {
  sluiceMs: Latency;
  /** Through a Fastify route that signs and sends on at once and keeps nothing. */
  bareRelayMs: Latency;
  /** p95 of Sluice to that of the bare relay. */
  p95Ratio: number;
}

/** Publish → arrival of single events at a steady rate, for one webhook that every event matches. */
export async function measureLatency({ client }: Installation, receiver: Receiver): Promise<LatencyResult> {
  await receiver.reset();
  const bareRelayMs = await throughBareRelay(receiver);
  await receiver.reset();
  const following = 'latency';
  const sample = benchEvent('sample', '1', following);
  const { webhook_id: id } = await client.subscribe(
    receiver.url('/latency'),
    sample.type,
    { followingProfileId: following },
    sample.data,
  );
  const times = await timedPublishing({
    seconds: SECONDS,
    receiver,
    event: (number, eventId) => benchEvent(eventId, String(number), following),
    publish: (event) => client.publish(event),
  });
  const sluiceMs = latencyOf(times);
  await client.unsubscribe(id);
  return { sluiceMs, bareRelayMs, p95Ratio: sluiceMs.p95 / bareRelayMs.p95 };
}

async function throughBareRelay(receiver: Receiver): Promise<Latency> {
  const route = await ChildProgram.start<{ port: number }, object, unknown>(
    new URL('./programs/bare-route.js', import.meta.url),
    { args: [new URL(receiver.url()).origin] },
  );
  try {
    const url = `http://127.0.0.1:${route.ready.port}/relay`;
    const times = await timedPublishing({
      seconds: SECONDS,
      receiver,
      event: (number, eventId) => benchEvent(eventId, String(number), 'bare'),
      publish: async (event) => {
        const response = await fetch(url, {
          method: 'POST',
          headers: { 'content-type': 'application/cloudevents+json' },
          body: JSON.stringify({ specversion: '1.0', ...event }),
        });
        await response.text();
        return response;
      },
    });
    return latencyOf(times);
  } finally {
    route.stop();
  }
}
