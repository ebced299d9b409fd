import type { Dispatcher } from 'undici';
import { failureName } from './failure-name.js';
import type { Work } from './work.js';

/** More of a response is not read: what it says beyond that decides nothing. */
const MOST_READ = 64 * 1024;
const MOST_KEPT = 1024;

/** Of a response, by their lower-case names. */
export type ResponseHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** What one try at an endpoint gave, before anyone draws conclusions. */
export interface AttemptResult {
  /** Null when there was no answer. */
  status: number | null;
  /** Null when the answer is complete, or as much of it as is read. */
  error: string | null;
  retryAfter: string | undefined;
  /** Null when there was no answer. */
  headers: ResponseHeaders | null;
  /** At most 1 KiB, as received. */
  excerpt: Uint8Array;
}

/** Whom an attempt reports to. */
export interface AttemptOwner {
  /** Asked in the very tick in which the request would be written to a connected socket. */
  mayStart(work: Work): boolean;
  /** Nothing was sent: `mayStart` said no. */
  notStarted(work: Work): void;
  /** Called once for each attempt that was not kept from starting. */
  ended(work: Work, result: AttemptResult): void;
}

const NOTHING = new Uint8Array(0);

/** Thrown at undici instead of aborting: the connection stays usable. */
class NotStarted extends Error {
  override readonly name = 'NotStarted';
}

/** One request to an endpoint, as undici's handler: no promise, timer or closure of its own. */
export class EndpointAttempt implements Dispatcher.DispatchHandler {
  readonly #work: Work;
  readonly #owner: AttemptOwner;
  #controller: Dispatcher.DispatchController | null = null;
  #over = false;
  #status: number | null = null;
  #headers: ResponseHeaders | null = null;
  #excerpt: Uint8Array = NOTHING;
  #read = 0;

  constructor(work: Work, owner: AttemptOwner) {
    this.#work = work;
    this.#owner = owner;
  }

  /** Ends it now, for the given reason: `timeout` for example. */
  abort(error: string): void {
    this.#end(error);
    this.#controller?.abort(new Error(error));
  }

  /** Ends it now, and reports nothing. */
  abandon(): void {
    this.#over = true;
    this.#controller?.abort(new Error('cut short'));
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    if (this.#over) throw new NotStarted();
    if (!this.#owner.mayStart(this.#work)) {
      this.#over = true;
      this.#owner.notStarted(this.#work);
      throw new NotStarted();
    }
    this.#controller = controller;
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: ResponseHeaders): void {
    // Provisional answers (103 and the like) say nothing yet.
    if (status < 200) return;
    this.#status = status;
    this.#headers = headers;
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#over) return;
    if (this.#excerpt.byteLength < MOST_KEPT) {
      this.#excerpt = Buffer.concat([this.#excerpt, chunk.subarray(0, MOST_KEPT - this.#excerpt.byteLength)]);
    }
    this.#read += chunk.byteLength;
    if (this.#read < MOST_READ) return;
    this.#end(null);
    controller.abort(new Error('enough was read'));
  }

  onResponseEnd(): void {
    this.#end(null);
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#end(failureName(error, this.#status !== null));
  }

  onRequestUpgrade(controller: Dispatcher.DispatchController, status: number): void {
    this.#status = status;
    this.#end('protocol upgrade');
    controller.abort(new Error('protocol upgrade'));
  }

  #end(error: string | null): void {
    if (this.#over) return;
    this.#over = true;
    const headers = this.#headers;
    const retryAfter = headers?.['retry-after'];
    const result = {
      status: this.#status,
      error,
      retryAfter: typeof retryAfter === 'string' ? retryAfter : retryAfter?.[0],
      headers,
      excerpt: this.#excerpt,
    };
    this.#owner.ended(this.#work, result);
  }
}
