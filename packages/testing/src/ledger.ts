import { Webhook, WebhookVerificationError } from 'standardwebhooks';
import { type Mode, ok } from './endpoint-modes.js';
import { type Answer, type Arrival, Receiver } from './receiver.js';

/** What became of one event at one endpoint, by what arrived there. */
export interface Entry {
  /** `webhook-id` of the first arrival. */
  deliveryId: string;
  /** Requests that came. */
  arrivals: number;
  /** Those among them that were answered well: with a 2xx and a body that ends or is longer than anybody reads. */
  successes: number;
  /** Of the first arrival, milliseconds since the epoch. */
  firstAtMs: number;
  subject: string | undefined;
}

/** So many bad signatures are kept word for word; more are counted only. */
const KEPT_COMPLAINTS = 10;

const isSuccess = (answer: Answer): boolean =>
  answer === 'flood' || (typeof answer === 'object' && answer.status >= 200 && answer.status < 300);

/** The page of one endpoint in the ledger. */
export class Page {
  /** By event id, in the order of their first arrivals. */
  readonly entries = new Map<string, Entry>();
  /** All requests, whatever they were for. */
  arrivals = 0;
  badSignatures = 0;
  /** What the published library said of the first bad signatures. */
  readonly complaints: string[] = [];
  /** Arrivals of an event under another `webhook-id` than before: a receiver could not tell that he has it. */
  unrecognisable = 0;
  /** Events whose first arrival came while an earlier one of the same subject was still without success. */
  readonly overtaken: string[] = [];
  readonly #lastOf = new Map<string, Entry>();
  #verifier: Webhook | null = null;
  #unverified: Arrival[] = [];

  constructor(
    readonly path: string,
    readonly url: string,
    public mode: Mode,
  ) {}

  /** Checks signatures from now on, and those of what came before. */
  verifyWith(secret: string): void {
    this.#verifier = new Webhook(secret);
    for (const arrival of this.#unverified.splice(0)) this.#verify(arrival);
  }

  record(arrival: Arrival): Answer {
    this.arrivals++;
    this.#verify(arrival);
    const eventId = String(arrival.headers['ce-id']);
    const entry = this.#entryOf(eventId, arrival);
    entry.arrivals++;
    const answer = this.mode(eventId, entry);
    if (isSuccess(answer)) entry.successes++;
    return answer;
  }

  #entryOf(eventId: string, { headers, at }: Arrival): Entry {
    const deliveryId = String(headers['webhook-id']);
    const known = this.entries.get(eventId);
    if (known !== undefined) {
      if (known.deliveryId !== deliveryId) this.unrecognisable++;
      return known;
    }
    const subject = headers['ce-subject'] as string | undefined;
    const entry: Entry = { deliveryId, arrivals: 0, successes: 0, firstAtMs: at, subject };
    this.entries.set(eventId, entry);
    if (subject !== undefined) {
      if (this.#lastOf.get(subject)?.successes === 0) this.overtaken.push(eventId);
      this.#lastOf.set(subject, entry);
    }
    return entry;
  }

  #verify(arrival: Arrival): void {
    if (this.#verifier === null) {
      this.#unverified.push(arrival);
      return;
    }
    try {
      this.#verifier.verify(arrival.body, arrival.headers as Record<string, string>);
    } catch (error) {
      if (!(error instanceof WebhookVerificationError)) throw error;
      this.badSignatures++;
      if (this.complaints.length < KEPT_COMPLAINTS) {
        this.complaints.push(`${arrival.headers['ce-id']}: ${error.message}`);
      }
    }
  }
}

/**
 * Endpoints that keep books of every arrival, a few numbers for each event, so that hundreds of thousands cost little; each
 * path is an endpoint with a page and a mode of its own.
 */
export class Ledger {
  readonly #pages = new Map<string, Page>();

  private constructor(
    private readonly receiver: Receiver,
    /** Events of other sources are answered and not booked. */
    private readonly source: string,
  ) {
    receiver.answer((arrival) => this.#record(arrival));
  }

  /** @param host where the endpoints listen, loopback by default. */
  static async start(source: string, host?: string): Promise<Ledger> {
    return new Ledger(await Receiver.start({ keepsArrivals: false, ...(host !== undefined && { host }) }), source);
  }

  /** @param path begins with `/`. */
  open(path: string, mode: Mode = ok): Page {
    const page = new Page(path, this.receiver.url(path), mode);
    this.#pages.set(path, page);
    return page;
  }

  /** These endpoints are well from now on, and whoever still waits for an answer of any is cut off. */
  heal(pages: Iterable<Page>): void {
    for (const page of pages) page.mode = ok;
    this.receiver.cutUnanswered();
  }

  close(): Promise<void> {
    return this.receiver.close();
  }

  #record(arrival: Arrival): Answer {
    const page = this.#pages.get(arrival.path);
    if (page === undefined || arrival.headers['ce-source'] !== this.source) return { status: 200 };
    return page.record(arrival);
  }
}
