import { createHash } from 'node:crypto';
import type { AirtableWebhooks } from '@sluice/contracts/airtable-commands';
import type { Result } from '@sluice/contracts/result';
import { BoundedMap } from '@sluice/service-kit/bounded-map';
import type { Clock } from '@sluice/service-kit/clock';
import type { FastifyRequest } from 'fastify';
import { credentialOf } from '../authenticate/credential.js';
import type { RateLimits } from '../authenticate/rate-limits.js';
import { Fault } from '../refusals/fault.js';
import { airtableFault } from './airtable-fault.js';
import type { BaseRequest } from './base-request.js';

/** How long a credential counts as a good one for the limit of wrong ones, and for nothing else. */
const REMEMBERED_MS = 5_000;
const REMEMBERED_CREDENTIALS = 10_000;

/** What every command about a base's webhooks says of who asks. */
export interface BaseCall {
  credential: string;
  baseId: string;
  /** The caller's address, for the audit trail. */
  from: string;
}

/**
 * Takes requests about a base to the registry with the credential that they came with: the registry decides at every
 * command what the caller may do. Here only rates are counted, of each credential and of wrong ones by address.
 */
export class BaseCallers {
  private readonly good = new BoundedMap<string, number>(REMEMBERED_CREDENTIALS);

  constructor(
    private readonly registry: Pick<AirtableWebhooks, 'visibleWebhooks'>,
    private readonly limits: RateLimits,
    private readonly clock: Clock,
  ) {}

  /**
   * The value of the command. A {@link Fault} that it throws says what is wrong with the request; a caller who may not see
   * the base is told that first.
   *
   * @throws {Fault} in the words of contract airtable 1.7.
   */
  async ask<A>({ request, reply, baseId }: BaseRequest, command: (call: BaseCall) => Promise<Result<A>>): Promise<A> {
    const credential = await this.credential(request);
    const key = createHash('sha256').update(credential).digest('base64');
    if (!this.isGood(key)) await this.limits.mayTry(request.ip);
    reply.headers(await this.limits.request(key));
    const call = { credential, baseId, from: request.ip };
    const result = await command(call).catch((error: unknown) => this.strangersFirst(call, error));
    if (result.ok) {
      this.good.set(key, this.clock.monotonicMs());
      return result.value;
    }
    if (result.refusal.code === 'unauthenticated') {
      this.good.delete(key);
      await this.limits.failure(request.ip);
    } else {
      this.good.set(key, this.clock.monotonicMs());
    }
    throw airtableFault(result.refusal);
  }

  private async credential(request: FastifyRequest): Promise<string> {
    try {
      return credentialOf(request.headers.authorization);
    } catch (fault) {
      await this.limits.failure(request.ip);
      throw fault;
    }
  }

  private isGood(key: string): boolean {
    const seenMs = this.good.get(key);
    return seenMs !== undefined && seenMs + REMEMBERED_MS > this.clock.monotonicMs();
  }

  /** Who may not see the base is refused for that; whoever may is told what is wrong with the request. */
  private async strangersFirst({ credential, baseId }: BaseCall, error: unknown): Promise<Result<never>> {
    if (!(error instanceof Fault)) throw error;
    const visible = await this.registry.visibleWebhooks({ credential, baseId, webhookIds: [] });
    if (visible.ok) throw error;
    return visible;
  }
}
