import { sign } from '@sluice/signatures/sign';
import type { ApiClient } from '../api/api-client.js';
import { Refusal } from '../api/refusal.js';
import { CommandFailure, EXIT } from '../failure/command-failure.js';

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

/** Sends deliveries on as Sluice sends them, signed anew with the secret that their webhook has now. */
export class Forwarder {
  private constructor(
    private readonly api: ApiClient,
    private readonly address: string,
    private readonly interrupted: AbortSignal,
  ) {}

  /** @throws {CommandFailure} when the key may not see secrets: better at once than at the first delivery. */
  static async to(address: string, api: ApiClient, interrupted: AbortSignal): Promise<Forwarder> {
    const { body } = await api.ask('GET', '/v1/account', { signal: interrupted });
    const { scopes } = body.caller as { scopes: string[] };
    if (scopes.includes('write')) return new Forwarder(api, address, interrupted);
    throw new CommandFailure('sluice: --forward-to needs an API key with the scope write', EXIT.refused);
  }

  /** @throws {CommandFailure} when the key may not see secrets: nothing can be signed then. */
  async forward(delivery: FollowedDelivery): Promise<Forwarded> {
    const startedMs = performance.now();
    const took = () => Math.round(performance.now() - startedMs);
    try {
      const secret = await this.secretOf(delivery.webhook_id);
      return { status: await this.send(delivery, secret), error: null, latency_ms: took() };
    } catch (error) {
      if (error instanceof CommandFailure && !isOfThisDelivery(error)) throw error;
      const { cause, message } = error as Error & { cause?: { code?: string } };
      return { status: null, error: cause?.code ?? message, latency_ms: took() };
    }
  }

  private async send(delivery: FollowedDelivery, secret: string): Promise<number> {
    const body = Uint8Array.from(Buffer.from(delivery.body, delivery.body_encoding));
    const timestampSeconds = Math.floor(Date.now() / 1_000);
    const headers = {
      ...delivery.headers,
      'webhook-id': delivery.delivery_id,
      'webhook-timestamp': String(timestampSeconds),
      'webhook-signature': sign({ id: delivery.delivery_id, timestampSeconds, body, secrets: [secret] }),
    };
    const signal = AbortSignal.any([this.interrupted, AbortSignal.timeout(DEADLINE_MS)]);
    const response = await fetch(this.address, { method: 'POST', headers, body, redirect: 'manual', signal });
    await response.arrayBuffer();
    return response.status;
  }

  /** Asked for each delivery: nobody tells when a secret is rotated. */
  private async secretOf(webhookId: string): Promise<string> {
    const path = `/v1/webhooks/${encodeURIComponent(webhookId)}/secret`;
    const { body } = await this.api.ask('GET', path, { signal: this.interrupted });
    return String(body.signing_secret);
  }
}

/** A webhook that was deleted meanwhile, or a Sluice that is away for a moment: others may go on. */
const isOfThisDelivery = (error: CommandFailure): boolean =>
  error.exitCode === EXIT.unreachable || (error instanceof Refusal && [404, 429].includes(error.status));
