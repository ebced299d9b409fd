/** What came back. */
export interface Answer {
  status: number;
  headers: Headers;
  /** The body, which is a JSON object in every answer of Sluice. */
  body: Record<string, unknown>;
}

export interface PublishedEvent {
  id: string;
  source: string;
  type: string;
  subject?: string;
  data: unknown;
}

export interface Subscription {
  webhook_id: string;
  signing_secret: string;
  authentication: { header_name: string; header_value: string };
  portal_link: string;
}

/** A webhook with the options that Airstack's API lacks. */
export interface NewWebhook {
  endpoint: string;
  event_type: string;
  filter?: unknown;
  /** An event that the filter must let through. */
  sample?: unknown;
  ordering?: 'none' | 'subject';
  /** Seconds before each attempt. */
  retry_schedule?: readonly number[];
}

/** The public face as its users see it, over real HTTP; nothing here knows how Sluice works inside. */
export class SluiceClient {
  constructor(
    readonly baseUrl: string,
    readonly apiKey: string,
  ) {}

  async request(
    method: string,
    path: string,
    body?: string | Uint8Array<ArrayBuffer>,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    const response = await fetch(this.baseUrl + path, {
      method,
      headers: { authorization: this.apiKey, 'content-type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: JSON.parse(text) as Record<string, unknown> };
  }

  /** As an Airstack client does it; throws when it is refused. */
  async subscribe(endpoint: string, eventType: string, filter?: unknown, payload?: unknown): Promise<Subscription> {
    const { status, body } = await this.request(
      'POST',
      '/api/v1/webhooks',
      JSON.stringify({ endpoint, filter_config: { event_type: eventType, filter, payload } }),
    );
    if (status !== 200) throw new Error(`subscribing answered ${status}: ${JSON.stringify(body)}`);
    return body as unknown as Subscription;
  }

  /** By the management API; throws when it is refused. */
  async createWebhook(webhook: NewWebhook): Promise<{ webhook_id: string; signing_secret: string }> {
    const { status, body } = await this.request('POST', '/v1/webhooks', JSON.stringify(webhook), {
      authorization: `Bearer ${this.apiKey}`,
    });
    if (status !== 201) throw new Error(`creating a webhook answered ${status}: ${JSON.stringify(body)}`);
    return body as { webhook_id: string; signing_secret: string };
  }

  unsubscribe(webhookId: string): Promise<Answer> {
    return this.request('DELETE', `/api/v1/webhooks/${webhookId}`);
  }

  /** One event in structured mode. */
  publish(event: PublishedEvent): Promise<Answer> {
    return this.request('POST', '/v1/events', JSON.stringify({ specversion: '1.0', ...event }), {
      authorization: `Bearer ${this.apiKey}`,
      'content-type': 'application/cloudevents+json',
    });
  }

  /** Many events in one request. */
  publishBatch(events: readonly PublishedEvent[]): Promise<Answer> {
    return this.request(
      'POST',
      '/v1/events',
      JSON.stringify(events.map((event) => ({ specversion: '1.0', ...event }))),
      { authorization: `Bearer ${this.apiKey}`, 'content-type': 'application/cloudevents-batch+json' },
    );
  }

  trail(source: string, id: string): Promise<Answer> {
    return this.request('GET', `/v1/events?${new URLSearchParams({ source, id })}`, undefined, {
      authorization: `Bearer ${this.apiKey}`,
    });
  }
}
