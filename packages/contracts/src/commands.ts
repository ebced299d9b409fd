import type { z } from 'zod';

/** What one service asks of another: a request that has an answer. */
export interface CommandShape {
  request: z.ZodType;
  response: z.ZodType;
}

export type CommandTable = Record<string, CommandShape>;

/**
 * The functions behind a table of commands. Standalone calls them directly; between processes the same table gives
 * the internal HTTP client and server (`POST /internal/<command>`), so that both ends check the same schemas.
 */
export type Commands<T extends CommandTable> = {
  [K in keyof T]: (request: z.output<T[K]['request']>) => Promise<z.output<T[K]['response']>>;
};
