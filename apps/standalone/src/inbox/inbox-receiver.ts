import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { checkSignature } from './check-signature.js';
import type { Inbox } from './inbox.js';
import type { WebhooksAt } from './webhooks-at.js';

const MAX_BODY_BYTES = 8 * 1024 * 1024;
/** `/status/503` answers 503: a way to watch retries. */
const ASKED_STATUS = /^\/status\/([2-5]\d\d)\b/;

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length;
    if (size <= MAX_BODY_BYTES) parts.push(part);
  }
  return Buffer.concat(parts);
}

/** An endpoint on loopback, on a port of its own, since deliveries to the gateway's own ports are refused. */
export class InboxReceiver {
  private constructor(private readonly server: Server) {}

  /** Tries `port`; takes a free one where that is taken. */
  static async open(port: number, inbox: Inbox, webhooksAt: WebhooksAt): Promise<InboxReceiver> {
    const server = createServer((request, response) => {
      const receivedAt = new Date().toISOString();
      const path = request.url ?? '/';
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`;
      const accept = async () => {
        const body = await bodyOf(request);
        const signature = checkSignature(request.headers, body, await webhooksAt(url));
        inbox.add({ receivedAt, method: request.method ?? '', path, headers: request.headers, body, signature });
        response.writeHead(Number(ASKED_STATUS.exec(path)?.[1] ?? 200)).end();
      };
      accept().catch((error: Error) => response.writeHead(500).end(error.message));
    });
    const listen = async (wanted: number) => {
      server.listen(wanted, '127.0.0.1');
      await once(server, 'listening');
    };
    await listen(port).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EADDRINUSE') throw error;
      return listen(0);
    });
    return new InboxReceiver(server);
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  url(path: string): string {
    return `http://127.0.0.1:${this.port}${path}`;
  }

  close(): Promise<void> {
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(() => resolve()));
  }
}
