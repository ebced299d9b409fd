import { setTimeout as sleep } from 'node:timers/promises';

export interface AirtableAnswer {
  status: number;
  headers: Headers;
  /** As it came. */
  text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of many shapes
  body: any;
}

const AGAIN_MS = 250;
const ENDED_AFTER_MS = 90_000;

/** Airtable's webhooks API over real HTTP, as a client without any library speaks it. */
export class AirtableClient {
  constructor(
    readonly baseUrl: string,
    readonly baseId: string,
    readonly token: string,
  ) {}

  /** A path below `/v0/bases/{baseId}/webhooks`; a `body` that is no string is sent as JSON. */
  async request(method: string, path = '', body?: unknown): Promise<AirtableAnswer> {
    const response = await fetch(`${this.baseUrl}/v0/bases/${this.baseId}/webhooks${path}`, {
      method,
      headers: { authorization: `Bearer ${this.token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, body: JSON.parse(text) };
  }

  /** The same, again and again while the base's rate limit refuses it, or the service is down. */
  async patiently(method: string, path = '', body?: unknown): Promise<AirtableAnswer> {
    const deadline = performance.now() + ENDED_AFTER_MS;
    for (;;) {
      const answer = await this.request(method, path, body).catch((error: unknown) => {
        if (error instanceof TypeError || error instanceof SyntaxError) return null;
        throw error;
      });
      if (answer !== null && answer.status !== 429 && answer.status !== 503) return answer;
      if (performance.now() > deadline) throw new Error(`${method} ${path} was refused for ${ENDED_AFTER_MS} ms`);
      await sleep(AGAIN_MS);
    }
  }

  async create(options: unknown, notificationUrl?: string): Promise<{ id: string; macSecretBase64: string }> {
    const wanted = { ...(notificationUrl === undefined ? {} : { notificationUrl }), specification: { options } };
    const { status, body, text } = await this.patiently('POST', '', wanted);
    if (status !== 200) throw new Error(`creating answered ${status}: ${text}`);
    return body;
  }

  /** All payloads from a cursor on, page by page as the contract has it. */
  async payloads(webhookId: string, from = 1): Promise<{ payloads: unknown[]; cursor: number }> {
    const payloads: unknown[] = [];
    let cursor = from;
    for (;;) {
      const { status, body, text } = await this.patiently('GET', `/${webhookId}/payloads?cursor=${cursor}`);
      if (status !== 200) throw new Error(`listing answered ${status}: ${text}`);
      payloads.push(...body.payloads);
      cursor = body.cursor;
      if (!body.mightHaveMore) return { payloads, cursor };
    }
  }
}
