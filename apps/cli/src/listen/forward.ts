import { sign } from '@sluice/signatures/sign';
import type { ApiClient } from '../api/api-client.js';

/** Of `GET /v1/deliveries/follow` (docs/api.md). */
export interface FollowedDelivery {
  delivery_id: string;
  webhook_id: string;
  event: { source: string; id: string; type: string; accepted_at: string };
  headers: Record<string, string>;
  body: string;
  body_encoding: 'utf8' | 'base64';
}

/** What the address on this machine answered: a status, or why there is none. */
export interface Forwarded {
  status: number | null;
  error: string | null;
  latency_ms: number;
}

/** As long as Sluice itself waits for an endpoint. */
const DEADLINE_MS = 20_000;

/** Sends deliveries on as Sluice sends them, signed anew with the secret of their webhook. */
export class Forwarder {
  private readonly secrets = new Map<string, string>();

  constructor(
    private readonly api: ApiClient,
    private readonly address: string,
  ) {}

  /** @throws {CommandFailure} when the webhook's secret is refused: its deliveries can't be signed. */
  async forward(delivery: FollowedDelivery): Promise<Forwarded> {
    const secret = await this.secretOf(delivery.webhook_id);
    const body = Uint8Array.from(Buffer.from(delivery.body, delivery.body_encoding));
    const timestampSeconds = Math.floor(Date.now() / 1_000);
    const headers = {
      ...delivery.headers,
      'webhook-id': delivery.delivery_id,
      'webhook-timestamp': String(timestampSeconds),
      'webhook-signature': sign({ id: delivery.delivery_id, timestampSeconds, body, secrets: [secret] }),
    };
    const startedMs = performance.now();
    const took = () => Math.round(performance.now() - startedMs);
    try {
      const signal = AbortSignal.timeout(DEADLINE_MS);
      const response = await fetch(this.address, { method: 'POST', headers, body, redirect: 'manual', signal });
      await response.arrayBuffer();
      return { status: response.status, error: null, latency_ms: took() };
    } catch (error) {
      const { cause, message } = error as Error & { cause?: { code?: string } };
      return { status: null, error: cause?.code ?? message, latency_ms: took() };
    }
  }

  private async secretOf(webhookId: string): Promise<string> {
    const known = this.secrets.get(webhookId);
    if (known !== undefined) return known;
    const { body } = await this.api.ask('GET', `/v1/webhooks/${encodeURIComponent(webhookId)}/secret`);
    const secret = String(body.signing_secret);
    this.secrets.set(webhookId, secret);
    return secret;
  }
}
