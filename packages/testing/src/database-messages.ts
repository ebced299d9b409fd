/** A statement on its way to PostgreSQL. */
export interface Statement {
  /** Of a prepared statement its name, of any other one its text. */
  name: string;
  text: string;
  /** Names of the statements before it in its transaction, without the `begin`; null outside. */
  transaction: readonly string[] | null;
}

/** Bytes that go on together, and the statement that they make; null for what is none (start-up, passwords, the end). */
interface Complete {
  statement: Statement | null;
  bytes: Buffer;
}

const LENGTH_BYTES = 4;
/** Messages that make up a statement, until a Sync ends it. */
const PARTS = new Set(['P', 'B', 'D', 'E', 'C', 'H']);

const textAt = (body: Buffer, at: number): string => body.subarray(at, body.indexOf(0, at)).toString('utf8');

/** Finds the statements in what a client sends, by the protocol's messages (version 3). */
export class StatementReader {
  #rest: Buffer = Buffer.alloc(0);
  #started = false;
  #parts: Buffer[] = [];
  #name: string | null = null;
  /** Of prepared statements, by their names; the one without a name is prepared anew each time. */
  readonly #texts = new Map<string, string>();
  #transaction: string[] | null = null;

  read(bytes: Buffer): Complete[] {
    this.#rest = Buffer.concat([this.#rest, bytes]);
    const complete: Complete[] = [];
    for (let message = this.#next(); message !== null; message = this.#next()) {
      const { type, body } = message;
      this.#parts.push(message.bytes);
      this.#note(type, body);
      if (PARTS.has(type)) continue;
      complete.push({ statement: this.#statement(), bytes: Buffer.concat(this.#parts) });
      this.#parts = [];
    }
    return complete;
  }

  /** The first message has no type before its length: here it has an empty one. */
  #next(): { type: string; body: Buffer; bytes: Buffer } | null {
    const at = this.#started ? 1 : 0;
    if (this.#rest.byteLength < at + LENGTH_BYTES) return null;
    const end = at + this.#rest.readInt32BE(at);
    if (this.#rest.byteLength < end) return null;
    const bytes = this.#rest.subarray(0, end);
    this.#rest = this.#rest.subarray(end);
    const type = bytes.toString('latin1', 0, at);
    this.#started = true;
    return { type, body: bytes.subarray(at + LENGTH_BYTES), bytes };
  }

  #note(type: string, body: Buffer): void {
    if (type === 'Q') this.#name = textAt(body, 0);
    if (type === 'P') this.#texts.set(textAt(body, 0), textAt(body, body.indexOf(0) + 1));
    if (type !== 'B') return;
    const prepared = textAt(body, body.indexOf(0) + 1);
    this.#name = prepared === '' ? this.#texts.get('')! : prepared;
  }

  #statement(): Statement | null {
    if (this.#name === null) return null;
    const name = this.#name;
    this.#name = null;
    const statement = { name, text: this.#texts.get(name) ?? name, transaction: this.#transaction };
    if (name === 'begin') this.#transaction = [];
    else if (name === 'commit' || name === 'rollback') this.#transaction = null;
    else if (this.#transaction !== null) this.#transaction = [...this.#transaction, name];
    return statement;
  }
}

/** Finds the ends of answers in what the server sends. */
export class AnswerReader {
  #rest: Buffer = Buffer.alloc(0);

  /** Whether an answer ends in these bytes: the server is ready for the next statement. */
  read(bytes: Buffer): boolean {
    this.#rest = Buffer.concat([this.#rest, bytes]);
    let ready = false;
    while (this.#rest.byteLength > LENGTH_BYTES) {
      const end = 1 + this.#rest.readInt32BE(1);
      if (this.#rest.byteLength < end) break;
      ready ||= this.#rest[0] === 'Z'.charCodeAt(0);
      this.#rest = this.#rest.subarray(end);
    }
    return ready;
  }
}
