import { benchEvent, EVENT_TYPE } from './bench-event.js';
import type { Installation } from './installation.js';
import type { Receiver } from './receiver.js';
import { type Latency, latencyOf, timedPublishing } from './timed-publishing.js';

const ENDPOINTS = 200;
/** One per cent: every hundredth. */
const HANGING_EACH = 100;
/** All answer, two hang, two hang, all answer: a process that gets warmer meanwhile favours neither. */
const PHASES = ['without', 'with', 'with', 'without'] as const;
const SECONDS_OF_A_PHASE = 6;
const SUBSCRIBED_AT_ONCE = 10;

export interface IsolationResult {
  endpoints: number;
  hanging: number;
  /** Deliveries to the endpoints that answer, while all do. */
  withoutMs: Latency;
  /** Deliveries to the same endpoints while the others give no answer at all. */
  withMs: Latency;
  /** p99 with to p99 without. */
  p99Ratio: number;
}

const pathOf = (endpoint: number): string => `/isolation/${endpoint}`;
const hangs = (endpoint: number): boolean => endpoint % HANGING_EACH === 0;
const following = (endpoint: number): string => `isolation-${endpoint}`;

/** What endpoints that hang cost the others: each event is for one endpoint, which have turns. */
export async function measureIsolation({ client }: Installation, receiver: Receiver): Promise<IsolationResult> {
  const endpoints = Array.from({ length: ENDPOINTS }, (_, endpoint) => endpoint);
  const webhooks = await severalAtOnce(endpoints, async (endpoint) => {
    const sample = benchEvent('sample', '1', following(endpoint));
    const filter = { followingProfileId: following(endpoint) };
    return (await client.subscribe(receiver.url(pathOf(endpoint)), EVENT_TYPE, filter, sample.data)).webhook_id;
  });
  const measure = async (hanging: readonly number[]): Promise<number[]> => {
    await receiver.reset(hanging.map(pathOf));
    return timedPublishing({
      seconds: SECONDS_OF_A_PHASE,
      receiver,
      event: (number, id) => benchEvent(id, String(number), following(number % ENDPOINTS)),
      publish: (event) => client.publish(event),
      counts: (number) => !hangs(number % ENDPOINTS),
    });
  };
  const hanging = endpoints.filter(hangs);
  const times: Record<(typeof PHASES)[number], number[]> = { without: [], with: [] };
  for (const phase of PHASES) times[phase].push(...(await measure(phase === 'with' ? hanging : [])));
  const withoutMs = latencyOf(times.without);
  const withMs = latencyOf(times.with);
  await receiver.reset();
  await severalAtOnce(webhooks, (id) => client.unsubscribe(id));
  const p99Ratio = withMs.p99 / withoutMs.p99;
  return { endpoints: ENDPOINTS, hanging: hanging.length, withoutMs, withMs, p99Ratio };
}

async function severalAtOnce<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let from = 0; from < items.length; from += SUBSCRIBED_AT_ONCE) {
    results.push(...(await Promise.all(items.slice(from, from + SUBSCRIBED_AT_ONCE).map(work))));
  }
  return results;
}
