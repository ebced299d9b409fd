import type { IncomingHttpHeaders } from 'node:http';

/** What became of the signature check of one arrival. */
export type SignatureCheck = { valid: true } | { valid: false; reason: string };

/** One request that reached the inbox. */
export interface InboxArrival {
  number: number;
  /** ISO 8601. */
  receivedAt: string;
  method: string;
  /** Path with query. */
  path: string;
  headers: IncomingHttpHeaders;
  body: Buffer;
  signature: SignatureCheck;
}

const KEPT = 200;

/** The last arrivals, newest first. */
export class Inbox {
  private readonly arrivals: InboxArrival[] = [];
  private readonly listeners = new Set<(arrival: InboxArrival) => void>();
  private count = 0;

  add(arrival: Omit<InboxArrival, 'number'>): void {
    const numbered = { ...arrival, number: ++this.count };
    this.arrivals.unshift(numbered);
    this.arrivals.length = Math.min(this.arrivals.length, KEPT);
    for (const listener of this.listeners) listener(numbered);
  }

  list(): readonly InboxArrival[] {
    return this.arrivals;
  }

  /** The next arrival that fits; rejects when none came within `timeoutMs`. */
  next(fits: (arrival: InboxArrival) => boolean, timeoutMs: number): Promise<InboxArrival> {
    return new Promise((resolve, reject) => {
      const end = (finish: () => void) => {
        clearTimeout(timer);
        this.listeners.delete(listener);
        finish();
      };
      const listener = (arrival: InboxArrival) => {
        if (fits(arrival)) end(() => resolve(arrival));
      };
      const timer = setTimeout(
        () => end(() => reject(new Error(`nothing arrived within ${timeoutMs / 1_000} s`))),
        timeoutMs,
      );
      this.listeners.add(listener);
    });
  }
}
