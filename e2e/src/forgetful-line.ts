import { once } from 'node:events';
import { request as ask, createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/**
 * A way to Sluice that can be cut, and that forgets: whoever connects again behind an `id` begins behind the first one
 * that ever came, so that all that came later is told again. It keeps connections alive, as proxies do: the end of one
 * that is to be closed could be the end of its answer, and would be no error.
 */
export class ForgetfulLine {
  private readonly sockets = new Set<Socket>();
  private first: string | null = null;
  private forgetsAnswer = false;

  private constructor(
    private readonly server: Server,
    target: string,
  ) {
    server.on('connection', (socket) => {
      this.sockets.add(socket);
      socket.once('close', () => this.sockets.delete(socket));
    });
    server.on('request', (request, response) => {
      const headers = { ...request.headers };
      if (headers['last-event-id'] !== undefined && this.first !== null) headers['last-event-id'] = this.first;
      const onward = ask(target + request.url, { method: request.method, headers }, (answer) => {
        if (this.forgetsAnswer) {
          this.forgetsAnswer = false;
          request.socket.destroy();
          return;
        }
        const { connection: _, ...answered } = answer.headers;
        response.writeHead(answer.statusCode ?? 502, answered);
        answer.on('data', (part: Buffer) => {
          this.first ??= /^id: (.*)$/m.exec(part.toString())?.[1] ?? null;
        });
        answer.pipe(response);
      });
      onward.on('error', () => response.destroy());
      response.on('close', () => onward.destroy());
      request.pipe(onward);
    });
  }

  static async to(target: string): Promise<ForgetfulLine> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new ForgetfulLine(server, target);
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** The next answer of Sluice is lost on its way: what was asked for is done, and who asked does not hear of it. */
  forgetNextAnswer(): void {
    this.forgetsAnswer = true;
  }

  /** Whoever is connected is cut off in the middle. */
  cut(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  async close(): Promise<void> {
    this.cut();
    this.server.close();
    await once(this.server, 'close');
  }
}
