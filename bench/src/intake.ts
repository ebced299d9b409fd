import { Agent, type Dispatcher } from 'undici';
import { benchEvent, EVENT_TYPE } from './bench-event.js';
import { ChildProgram } from './child-program.js';
import type { Installation } from './installation.js';
import { median } from './percentile.js';
import { allSettled } from './settled.js';

/** Requests under way, and events of each. */
const MODES = {
  single: { atOnce: 32, events: 1, contentType: 'application/cloudevents+json' },
  batch: { atOnce: 4, events: 100, contentType: 'application/cloudevents-batch+json' },
} as const;
type Mode = keyof typeof MODES;

/** Not counted: a process that has just started has most of its code still to compile. */
const WARM_UP_MS = 3_000;
const MEASURED_MS = { sluice: 4_000, bare: 1_500 };

interface IntakeRate {
  /** A Fastify route that parses the same bodies as JSON, asked by the same client: the median of before and after. */
  barePerSecond: number;
  /** Events whose acceptance was answered, which is when the log has them. */
  acceptedPerSecond: number;
  ratio: number;
}

export type IntakeResult = Record<Mode, IntakeRate>;

/** How many events are accepted in a second, while dispatchers go on with what they do; a webhook that wants none of them is there. */
export async function measureIntake(installation: Installation): Promise<IntakeResult> {
  const { client } = installation;
  const sample = benchEvent('sample', '1', 'nobody');
  const { webhook_id: id } = await client.subscribe(
    'http://127.0.0.1:9/nothing-comes-here',
    EVENT_TYPE,
    { followingProfileId: 'nobody' },
    sample.data,
  );
  const route = await ChildProgram.start<{ port: number }, object, unknown>(
    new URL('./programs/bare-route.js', import.meta.url),
  );
  try {
    const bare = new Intake(`http://127.0.0.1:${route.ready.port}`, '', MEASURED_MS.bare);
    const sluice = new Intake(client.baseUrl, client.apiKey, MEASURED_MS.sluice);
    const measure = async (mode: Mode): Promise<IntakeRate> => {
      const before = await bare.perSecond(mode);
      const acceptedPerSecond = await sluice.perSecond(mode);
      await allSettled(installation);
      const barePerSecond = median([before, await bare.perSecond(mode)]);
      return { barePerSecond, acceptedPerSecond, ratio: acceptedPerSecond / barePerSecond };
    };
    return { single: await measure('single'), batch: await measure('batch') };
  } finally {
    route.stop();
    await client.unsubscribe(id);
  }
}

let published = 0;

/** One event as a CloudEvent in structured mode; the data is written once, so that the client has little to do. */
const DATA = JSON.stringify(benchEvent('intake-000000', '1', 'somebody').data);
const eventText = (): string => {
  published += 1;
  return `{"specversion":"1.0","id":"intake-${published}","source":"/bench","type":"${EVENT_TYPE}","data":${DATA}}`;
};

/** Publishes as fast as it is answered. */
class Intake {
  private readonly origin: string;

  constructor(
    url: string,
    private readonly apiKey: string,
    private readonly milliseconds: number,
  ) {
    this.origin = new URL(url).origin;
  }

  async perSecond(mode: Mode): Promise<number> {
    const { atOnce, events } = MODES[mode];
    const agent = new Agent({ connections: atOnce, pipelining: 1 });
    const countedFrom = performance.now() + WARM_UP_MS;
    const until = countedFrom + this.milliseconds;
    let answered = 0;
    const publishUntilTheEnd = async () => {
      while (performance.now() < until) {
        await this.publish(agent, mode);
        const now = performance.now();
        if (now >= countedFrom && now < until) answered += 1;
      }
    };
    await Promise.all(Array.from({ length: atOnce }, publishUntilTheEnd));
    await agent.close();
    return (answered * events * 1_000) / this.milliseconds;
  }

  private async publish(agent: Agent, mode: Mode): Promise<void> {
    const { events, contentType } = MODES[mode];
    const body = mode === 'single' ? eventText() : `[${Array.from({ length: events }, eventText).join(',')}]`;
    const request: Dispatcher.RequestOptions = {
      origin: this.origin,
      path: '/v1/events',
      method: 'POST',
      headers: { authorization: `Bearer ${this.apiKey}`, 'content-type': contentType },
      body,
    };
    const response = await agent.request(request);
    const answer = await response.body.text();
    if (response.statusCode !== 202) throw new Error(`publishing answered ${response.statusCode}: ${answer}`);
  }
}
