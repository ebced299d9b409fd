import { createHash, timingSafeEqual } from 'node:crypto';
import type { CommandShape, Commands, CommandTable } from '@sluice/contracts/commands';
import type { FastifyError, FastifyInstance } from 'fastify';
import type { Logger } from './logger.js';
import { ServiceUnavailable } from './service-unavailable.js';

/** Largest request of a command: a sample event of 1 MiB as JSON text inside JSON, each of its quotes escaped, fits. */
const MAX_COMMAND_BYTES = 8 * 1024 * 1024;

/** Tables of commands, each with the functions behind it. */
export type ServedTables<Tables extends readonly CommandTable[]> = {
  readonly [I in keyof Tables]: { table: Tables[I]; implementation: Commands<Tables[I]> };
};

export interface CommandServerOptions<Tables extends readonly CommandTable[]> {
  token: string;
  logger: Logger;
  commands: ServedTables<Tables>;
}

/**
 * Adds `POST /internal/<command>` for every command of the tables. Errors: 400 a request outside its schema, 401 a wrong
 * token, 413 a body over 8 MiB, 503 what the implementation needs is away, 500 anything unexpected (logged, not told).
 */
export function serveCommands<const Tables extends readonly CommandTable[]>(
  server: FastifyInstance,
  { token, logger, commands }: CommandServerOptions<Tables>,
): void {
  if (token === '') throw new Error('The internal port needs a token');
  const expected = digest(`Bearer ${token}`);
  const seen = new Set<string>();
  server.register(async (internal) => {
    internal.addHook('onRequest', async (request, reply) => {
      // Digests have one length, so that the comparison tells nothing about the token, not even how long it is.
      if (timingSafeEqual(digest(request.headers.authorization ?? ''), expected)) return;
      await reply.code(401).send({ error: 'a token is required' });
    });
    internal.setErrorHandler<FastifyError>((error, request, reply) => {
      const status = error instanceof ServiceUnavailable ? 503 : (error.statusCode ?? 500);
      if (status >= 500) logger.error({ err: error, command: request.url }, 'command.failed');
      return reply.code(status).send({ error: status === 500 ? 'internal error' : error.message });
    });
    for (const { table, implementation } of commands) {
      for (const [name, shape] of Object.entries(table)) {
        const carryOut = (implementation as Record<string, Handler | undefined>)[name];
        if (typeof carryOut !== 'function') throw new Error(`The command ${name} has no implementation`);
        if (seen.has(name)) throw new Error(`The command ${name} has two implementations`);
        seen.add(name);
        serveCommand(internal, name, shape, carryOut.bind(implementation));
      }
    }
  });
}

type Handler = (request: unknown) => Promise<unknown>;

function serveCommand(server: FastifyInstance, name: string, shape: CommandShape, carryOut: Handler): void {
  server.post(`/internal/${name}`, { bodyLimit: MAX_COMMAND_BYTES }, async (request, reply) => {
    const command = shape.request.safeParse(request.body);
    if (!command.success) return reply.code(400).send({ error: command.error.message });
    return reply.send(shape.response.parse(await carryOut(command.data)));
  });
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
