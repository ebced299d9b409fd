import type { AddressInfo } from 'node:net';
import { connect, createServer, type Server, type Socket } from 'node:net';
import type { Line } from './harness.js';

/** A TCP proxy on a free loopback port that a test can cut, mute and sever. */
export class TcpLine implements Line {
  #server: Server;
  #sockets = new Set<Socket>();
  #mode: 'open' | 'muted' | 'severed' = 'open';

  private constructor(target: { host: string; port: number }) {
    this.#server = createServer((near) => this.#join(near, target));
  }

  static async to(target: { host: string; port: number }): Promise<TcpLine> {
    const line = new TcpLine(target);
    await new Promise<void>((resolve) => line.#server.listen(0, '127.0.0.1', resolve));
    return line;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  mute(): void {
    this.#mode = 'muted';
  }

  cut(): void {
    this.#mode = 'open';
    this.#end();
  }

  sever(): void {
    this.#mode = 'severed';
    this.#end();
  }

  restore(): void {
    this.#mode = 'open';
  }

  async close(): Promise<void> {
    this.#end();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #join(near: Socket, target: { host: string; port: number }): void {
    if (this.#mode === 'severed') {
      near.destroy();
      return;
    }
    const far = connect(target);
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      this.#sockets.add(socket);
      socket.setNoDelay(true);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => {
        this.#sockets.delete(socket);
        other.destroy();
      });
    }
    near.on('data', (bytes) => this.#pass(near, far, bytes));
    far.on('data', (bytes) => {
      if (this.#mode !== 'muted') this.#pass(far, near, bytes);
    });
  }

  #pass(from: Socket, to: Socket, bytes: Buffer): void {
    if (to.write(bytes)) return;
    from.pause();
    to.once('drain', () => from.resume());
  }

  #end(): void {
    for (const socket of this.#sockets) socket.destroy();
  }
}
