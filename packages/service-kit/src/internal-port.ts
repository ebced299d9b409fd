import type { AddressInfo } from 'node:net';
import type { CommandTable } from '@sluice/contracts/commands';
import Fastify, { type FastifyInstance } from 'fastify';
import { type ServedTables, serveCommands } from './command-server.js';
import type { Logger } from './logger.js';
import type { Metrics } from './metrics.js';

/** How long `/readyz` waits for a service to say what is wrong. */
const READINESS_LIMIT_MS = 5_000;

export interface InternalPortOptions<Tables extends readonly CommandTable[]> {
  host: string;
  /** 0 takes a free one. */
  port: number;
  /** What callers of commands must bring as `Authorization: Bearer <token>`. */
  token: string;
  logger: Logger;
  metrics: Metrics;
  /** What is wrong, by part; empty when the service can do its work. */
  problems: () => Promise<string[]>;
  commands: ServedTables<Tables>;
}

/** The port for our own services and for whoever operates them; never reachable from outside. */
export interface InternalPort {
  port: number;
  close(): Promise<void>;
}

/**
 * Opens the internal port: `/livez`, `/readyz`, `/metrics`, and `POST /internal/<command>` behind the token.
 *
 * @throws when the port is taken, the token is empty, or a command has no implementation or two.
 */
export async function openInternalPort<const Tables extends readonly CommandTable[]>(
  options: InternalPortOptions<Tables>,
): Promise<InternalPort> {
  const server = Fastify({ logger: false, forceCloseConnections: 'idle' });
  serveHealth(server, options.problems);
  server.get('/metrics', async (_request, reply) =>
    reply.type(options.metrics.contentType).send(await options.metrics.metrics()),
  );
  serveCommands(server, options);
  await server.listen({ host: options.host, port: options.port });
  const { port } = server.server.address() as AddressInfo;
  options.logger.info({ host: options.host, port }, 'internal_port.open');
  return { port, close: () => server.close() };
}

function serveHealth(server: FastifyInstance, problems: () => Promise<string[]>): void {
  server.get('/livez', async () => ({ live: true }));
  server.get('/readyz', async (_request, reply) => {
    const found = await problemsInTime(problems);
    return found.length === 0 ? { ready: true } : reply.code(503).send({ ready: false, problems: found });
  });
}

async function problemsInTime(problems: () => Promise<string[]>): Promise<string[]> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string[]>((resolve) => {
    timer = setTimeout(
      () => resolve([`no answer about the state within ${READINESS_LIMIT_MS} ms`]),
      READINESS_LIMIT_MS,
    );
  });
  try {
    return await Promise.race([problems(), late]);
  } catch (error) {
    return [`the state could not be read: ${error instanceof Error ? error.message : String(error)}`];
  } finally {
    clearTimeout(timer);
  }
}
