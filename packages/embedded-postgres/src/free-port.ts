import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

const FIRST = 20_000;
/** So many ports are one range. */
export const RANGE = 2_500;

/**
 * A port that is free now, on every address. Below the range from which systems take the ports of outgoing connections: a server
 * that is killed and started again must find its port free, and a client that reconnects meanwhile must not meet itself.
 *
 * @param from the first that it may be; one of the {@link RANGE} from there on is taken.
 */
export async function freePort(from = FIRST): Promise<number> {
  for (;;) {
    const port = randomInt(from, from + RANGE);
    const server = createServer();
    const free = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false));
      server.listen(port, () => resolve(true));
    });
    if (free) {
      server.close();
      await once(server, 'close');
      return port;
    }
  }
}
