import { once } from 'node:events';
import { createServer } from 'node:net';
import { ConfigurationError } from '@sluice/service-kit/configuration';

/** Refuses in one line, and before anything was started, when somebody else listens there. */
export async function demandFreePort(name: string, port: number): Promise<void> {
  const server = createServer();
  try {
    server.listen(port);
    await once(server, 'listening');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const cause = code === 'EADDRINUSE' ? `port ${port} is taken` : message;
    throw new ConfigurationError([`${name}: ${cause}; start with another one, ${name}=${port + 10} for example`]);
  }
  server.close();
  await once(server, 'close');
}
