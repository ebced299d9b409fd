import type { Dispatcher } from '@sluice/contracts/dispatcher-commands';
import type { Registry } from '@sluice/contracts/registry-commands';
import type { EventStream } from '@sluice/event-stream/event-stream';
import type { Clock } from '@sluice/service-kit/clock';
import type { Logger } from '@sluice/service-kit/logger';
import type { Metrics } from '@sluice/service-kit/metrics';
import type { FastifyInstance } from 'fastify';

/** What the gateway works with and does not own: the other services, the stream, the process's log, clock and metrics. */
export interface GatewayParts {
  logger: Logger;
  clock: Clock;
  stream: Pick<EventStream, 'publish' | 'probe'>;
  metrics: Metrics;
  registry: Registry;
  dispatcher: Dispatcher;
  /** What parts in the same process say is wrong with them, by standalone: `/readyz` repeats it. */
  problems?: () => Promise<string[]>;
  /** More routes on the public port, standalone's inbox for example. Called before the gateway's own are registered. */
  extend?: (fastify: FastifyInstance) => void;
}

/** Injection tokens of the other services, which are interfaces and leave no trace at run time. */
export const REGISTRY = Symbol('registry');
export const DISPATCHER = Symbol('dispatcher');
/** And that of the clock. */
export const CLOCK = Symbol('clock');
