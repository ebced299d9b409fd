import { setTimeout as pause } from 'node:timers/promises';
import type { Dispatcher } from '@sluice/contracts/dispatcher-commands';
import { accepted, refused } from '@sluice/contracts/result';
import { ShiftedClock } from '@sluice/service-kit/clock';
import { createLogger } from '@sluice/service-kit/logger';
import { createMetrics } from '@sluice/service-kit/metrics';
import type { FastifyInstance } from 'fastify';
import { type GatewayConfig, startGateway } from '../start.js';
import { MemoryAirtable } from './memory-airtable.js';
import { MemoryBases } from './memory-bases.js';
import { MemoryDeadLetters } from './memory-dead-letters.js';
import { MemoryJobs } from './memory-jobs.js';
import { MemoryRegistry } from './memory-registry.js';
import { MemorySources } from './memory-sources.js';
import { MemoryStream } from './memory-stream.js';

/** A gateway on a free port of the loopback, with the other services and the stream in memory. */
export async function gatewayUnderTest(
  overrides: Partial<GatewayConfig> = {},
  extend?: (fastify: FastifyInstance) => void,
) {
  const registry = new MemoryRegistry();
  const airtable = new MemoryAirtable();
  const bases = new MemoryBases((credential) => registry.principals.get(credential)?.accountId ?? '');
  const jobs = new MemoryJobs();
  const deadLetters = new MemoryDeadLetters();
  const sources = new MemorySources();
  const stream = new MemoryStream();
  const clock = new ShiftedClock();
  const lines: Record<string, unknown>[] = [];
  const write = (line: string): void => void lines.push(JSON.parse(line));
  const dispatcher: Dispatcher = {
    ...airtable.dispatcher,
    ...jobs.commands,
    ...deadLetters.commands,
    eventTrail: async () => refused('not_found', 'no such event'),
    previewFilter: async () => accepted({ events: [] }),
    // Like the real one it lets time pass where there is nothing new: who asks again at once would stop everything else.
    follow: async () => {
      await pause(20);
      return accepted({ events: [], cursor: '0.0' });
    },
    recentChanges: async () => accepted({ webhooks: [], jobs: [] }),
    eventTrails: async () => accepted({ events: [], more: false }),
    recentEvents: async () => accepted({ events: [] }),
    eventData: async () => refused('not_found', 'no such event'),
    webhookStatistics: async () => refused('not_found', 'no such webhook'),
    statisticsOfWebhooks: async () => refused('not_found', 'no such webhook'),
  };
  const gateway = await startGateway(
    {
      host: '127.0.0.1',
      port: 0,
      internal: null,
      publicUrl: null,
      trustedProxies: [],
      limits: { requestsPerSecond: 1_000_000, eventsPerSecond: 1_000_000, failuresPerSecond: 1_000_000 },
      ...overrides,
    },
    {
      logger: createLogger({ service: 'gateway', level: 'info', destination: { write } }),
      clock,
      stream,
      metrics: createMetrics(),
      registry: { ...registry.commands, ...airtable.registry, ...bases.commands, ...sources.commands },
      dispatcher,
      ...(extend === undefined ? {} : { extend }),
    },
  );
  const baseUrl = `http://127.0.0.1:${gateway.port}`;
  registry.add('live-key');
  registry.add('test-key', { kind: 'test' });
  const ask = (path: string, init: RequestInit = {}): Promise<Response> =>
    fetch(baseUrl + path, { redirect: 'manual', ...init });
  return {
    ...gateway,
    baseUrl,
    ask,
    registry,
    airtable,
    bases,
    jobs,
    deadLetters,
    sources,
    stream,
    clock,
    lines,
    dispatcher,
  };
}

export type GatewayUnderTest = Awaited<ReturnType<typeof gatewayUnderTest>>;
