import { CommandFailure } from '../failure/command-failure.js';
import { askOnce } from './ask-once.js';
import { type Refusal, refusal } from './refusal.js';
import { Unreached } from './unreached.js';

/** Events have an identity of their own (docs/api.md); a preview makes nothing. */
const POSTS_WITHOUT_KEY: ReadonlySet<string> = new Set(['/v1/events', '/v1/filters/preview']);

export interface ApiAnswer {
  /** The JSON as it came: numbers keep their digits. */
  text: string;
  body: Record<string, unknown>;
}

export interface ApiRequest {
  /** Those that are undefined are left out. */
  query?: Record<string, string | number | undefined>;
  /** JSON, or what `content-type` among the headers says. */
  body?: string | Uint8Array<ArrayBuffer>;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

/** Sluice's HTTP API (docs/api.md) as this program asks it. */
export class ApiClient {
  constructor(
    readonly baseUrl: string,
    private readonly key: string,
    /** For people whose key is refused: `SLUICE_API_KEY`. */
    private readonly keyFrom: string,
  ) {}

  /**
   * What makes something makes it once, also when the answer is lost on its way and it is asked again. A request whose signal
   * aborts fails with the signal's reason.
   *
   * @throws {CommandFailure} that tells what the problem document says when it is refused, and that Sluice can't be
   * reached when no answer comes.
   */
  ask(method: string, path: string, request: ApiRequest = {}): Promise<ApiAnswer> {
    if (method !== 'POST' || POSTS_WITHOUT_KEY.has(path)) return this.answered(method, path, request);
    return askOnce((key) =>
      this.answered(method, path, { ...request, headers: { ...request.headers, 'idempotency-key': key } }),
    );
  }

  private async answered(method: string, path: string, request: ApiRequest): Promise<ApiAnswer> {
    const response = await this.send(method, path, request);
    const text = await response.text().catch((error: unknown) => {
      if (error instanceof CommandFailure) throw error;
      throw new Unreached(this.baseUrl, 'the answer was cut off');
    });
    if (!response.ok) throw this.refusedWith(response, text);
    try {
      return { text, body: JSON.parse(text) as Record<string, unknown> };
    } catch {
      throw new Unreached(this.baseUrl, 'what answers there is not Sluice');
    }
  }

  /**
   * Opens an answer that goes on.
   *
   * @throws {CommandFailure} as `ask` does.
   */
  async open(path: string, request: ApiRequest): Promise<ReadableStream<Uint8Array<ArrayBuffer>>> {
    const response = await this.send('GET', path, request);
    if (!response.ok) throw this.refusedWith(response, await response.text());
    if (response.body === null) throw new Unreached(this.baseUrl, 'what answers there is not Sluice');
    return response.body;
  }

  private async send(method: string, path: string, request: ApiRequest): Promise<Response> {
    const { query = {}, body, headers, signal } = request;
    const url = new URL(this.baseUrl.replace(/\/$/, '') + path);
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined) url.searchParams.set(name, String(value));
    }
    const given = {
      authorization: `Bearer ${this.key}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    };
    try {
      const options = { ...(body !== undefined && { body }), ...(signal !== undefined && { signal }) };
      return await fetch(url, { method, headers: given, redirect: 'manual', ...options });
    } catch (error) {
      if (error instanceof CommandFailure) throw error;
      throw new Unreached(this.baseUrl, reasonOf(error));
    }
  }

  private refusedWith({ status, headers }: Response, text: string): Refusal {
    return refusal(status, text, { retryAfter: headers.get('retry-after'), keyFrom: this.keyFrom });
  }
}

/** `fetch` says "fetch failed" of everything and keeps the reason as its cause. */
function reasonOf(error: unknown): string {
  const { cause } = error as { cause?: { code?: string; message?: string } };
  if (cause?.code === 'ECONNREFUSED') return 'nothing listens there (npx sluice dev starts it)';
  return cause?.message || cause?.code || (error as Error).message;
}
