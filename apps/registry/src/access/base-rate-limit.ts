import type { Refusal } from '@sluice/contracts/result';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';

export interface BaseRateSettings {
  /** Commands a second on each base. */
  perSecond: number;
  /** How long a base that went beyond it gets no answers; 0 for not longer than the second. */
  penaltySeconds: number;
}

/** Counts the commands on each base, in windows of a second, in this process alone (contract airtable 5.2). */
export class BaseRateLimit {
  private readonly commands: RateLimiterMemory;

  constructor({ perSecond, penaltySeconds }: BaseRateSettings) {
    this.commands = new RateLimiterMemory({ points: perSecond, duration: 1, blockDuration: penaltySeconds });
  }

  /** Counts one. For a caller who is known to see the base: strangers must not be able to use up its rate. */
  async count(baseId: string): Promise<{ ok: false; refusal: Refusal } | null> {
    try {
      await this.commands.consume(baseId);
      return null;
    } catch (spent) {
      if (!(spent instanceof RateLimiterRes)) throw spent;
      const message = `too many requests for this base: ${this.commands.points} a second are allowed`;
      return { ok: false, refusal: { code: 'rate_limited', message, retryAfterSeconds: spent.msBeforeNext / 1_000 } };
    }
  }
}
