import { setTimeout as sleep } from 'node:timers/promises';
import { type EmbeddedPostgres, type EmbeddedPostgresOptions, startEmbeddedPostgres } from './embedded-postgres.js';
import { isServer } from './postmaster-file.js';

/** What becomes of a server that ended by itself: it was started again, or that failed and will be tried again. */
export type Restarted = (failure: Error | null) => void;

const LOOK_MS = 250;
const LONGEST_PAUSE_MS = 5_000;

/**
 * As `startEmbeddedPostgres`, and starts the server again, on the same port, whenever it ends without being stopped: it
 * shuts down when its disk is full, and may be killed for want of memory. Tries until there is room.
 */
export async function keepEmbeddedPostgres(
  options: EmbeddedPostgresOptions,
  restarted: Restarted,
): Promise<EmbeddedPostgres> {
  let server = await startEmbeddedPostgres(options);
  const { port } = server;
  const stopping = new AbortController();

  const restart = async (): Promise<void> => {
    for (let pauseMs = LOOK_MS; !stopping.signal.aborted; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
      try {
        server = await startEmbeddedPostgres({ ...options, port });
        return restarted(null);
      } catch (error) {
        restarted(error as Error);
        await pause(pauseMs);
      }
    }
  };
  const pause = (milliseconds: number): Promise<void> =>
    sleep(milliseconds, undefined, { signal: stopping.signal }).catch(() => {});
  const watching = (async () => {
    while (!stopping.signal.aborted) {
      await pause(LOOK_MS);
      if (!stopping.signal.aborted && !isServer(server.pid)) await restart();
    }
  })();

  return {
    ...server,
    get pid() {
      return server.pid;
    },
    stop: async () => {
      stopping.abort();
      await watching;
      await server.stop();
    },
  };
}
