import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { AnswerReader, type Statement, StatementReader } from './database-messages.js';

/** What becomes of a connection whose statement was interfered with. */
type Fate = 'pass' | 'cut';

/** Where to interfere: before the server gets the statement, or after it is done and before its answer arrives. */
interface Interference {
  when: 'sent' | 'answered';
  /** `pass` lets what was held go on, `cut` swallows it and ends the connection. */
  act: () => Fate | Promise<Fate>;
}

/**
 * A proxy before a PostgreSQL that knows where a statement ends: a test can stop a program's effects between any two of
 * its statements, or between a statement and its answer.
 */
export class DatabaseLine {
  readonly #server: Server;
  readonly #connections = new Set<Connection>();
  #severed = false;
  /** Asked about each statement. */
  interfere: (statement: Statement) => Interference | null = () => null;

  private constructor(readonly target: URL) {
    this.#server = createServer((near) => this.#join(near));
  }

  /** @param url of the database; {@link url} is the same database by way of the line. */
  static async to(url: string): Promise<DatabaseLine> {
    const line = new DatabaseLine(new URL(url));
    line.#server.listen(0, '127.0.0.1');
    await once(line.#server, 'listening');
    return line;
  }

  get url(): string {
    const url = new URL(this.target);
    url.host = `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
    return url.href;
  }

  /** Ends every connection; new ones pass. */
  cut(): void {
    for (const connection of this.#connections) connection.cut();
  }

  /** Ends every connection and lets no new one through, until {@link restore}. */
  sever(): void {
    this.#severed = true;
    this.cut();
  }

  restore(): void {
    this.#severed = false;
  }

  async close(): Promise<void> {
    this.cut();
    this.#server.close();
    if (this.#server.listening) await once(this.#server, 'close');
  }

  #join(near: Socket): void {
    if (this.#severed) {
      near.destroy();
      return;
    }
    const far = connect({ host: this.target.hostname, port: Number(this.target.port) });
    const connection = new Connection(near, far, (statement) => this.interfere(statement));
    this.#connections.add(connection);
    near.once('close', () => this.#connections.delete(connection));
  }
}

/** One client's connection: a statement is sent on when it is complete, an answer as it comes unless it is held. */
class Connection {
  readonly #statements = new StatementReader();
  readonly #answers = new AnswerReader();
  readonly #near: Socket;
  readonly #far: Socket;
  readonly #interfere: DatabaseLine['interfere'];
  /** What awaits the answer that is held, and the bytes of it. */
  #held: { act: Interference['act']; bytes: Buffer[] } | null = null;
  #sending: Promise<void> = Promise.resolve();

  constructor(near: Socket, far: Socket, interfere: DatabaseLine['interfere']) {
    this.#near = near;
    this.#far = far;
    this.#interfere = interfere;
    for (const socket of [near, far]) {
      socket.setNoDelay(true);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => this.cut());
    }
    near.on('data', (bytes) => {
      this.#sending = this.#sending.then(() => this.#send(bytes));
    });
    far.on('data', (bytes) => void this.#answer(bytes));
  }

  cut(): void {
    this.#near.destroy();
    this.#far.destroy();
  }

  async #send(bytes: Buffer): Promise<void> {
    for (const { statement, bytes: complete } of this.#statements.read(bytes)) {
      const interference = statement === null ? null : this.#interfere(statement);
      if (interference?.when === 'sent' && (await interference.act()) === 'cut') return this.cut();
      if (interference?.when === 'answered') this.#held = { act: interference.act, bytes: [] };
      this.#far.write(complete);
    }
  }

  async #answer(bytes: Buffer): Promise<void> {
    const ended = this.#answers.read(bytes);
    if (this.#held === null) {
      this.#near.write(bytes);
      return;
    }
    const held = this.#held;
    held.bytes.push(bytes);
    if (!ended) return;
    if ((await held.act()) === 'cut') return this.cut();
    this.#held = null;
    this.#near.write(Buffer.concat(held.bytes));
  }
}
