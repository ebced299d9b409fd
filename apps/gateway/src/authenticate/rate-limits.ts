import { createHash } from 'node:crypto';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { Fault } from '../refusals/fault.js';

export interface RateLimitSettings {
  /** Per credential. */
  requestsPerSecond: number;
  /** Per credential, single or in batches. */
  eventsPerSecond: number;
  /** Per address: credentials that turned out wrong. */
  failuresPerSecond: number;
}

/** What is left of a limit, as response headers. */
export type RateLimitHeaders = Readonly<Record<'ratelimit-limit' | 'ratelimit-remaining' | 'ratelimit-reset', string>>;

const TOO_MANY_REQUESTS = 'too many requests with this key';
const TOO_MANY_FAILURES = 'too many wrong credentials from this address';

/** Limits of one gateway, each counted within windows of a second. Going beyond one throws a {@link Fault} 429. */
export class RateLimits {
  private readonly requests: RateLimiterMemory;
  private readonly events: RateLimiterMemory;
  private readonly failures: RateLimiterMemory;

  constructor(private readonly settings: RateLimitSettings) {
    this.requests = new RateLimiterMemory({ points: settings.requestsPerSecond, duration: 1 });
    this.events = new RateLimiterMemory({ points: settings.eventsPerSecond, duration: 1 });
    this.failures = new RateLimiterMemory({ points: settings.failuresPerSecond, duration: 1 });
  }

  request(keyId: string): Promise<RateLimitHeaders> {
    return consume(this.requests, keyId, 1, TOO_MANY_REQUESTS);
  }

  /** A link to the portal is a credential like a key: each opening is stored. `link` tells links apart. */
  async opening(link: string): Promise<void> {
    await consume(this.requests, `link ${link}`, 1, 'this link is opened too often');
  }

  /** A batch that is larger than the limit itself counts as a whole second's worth. */
  async publish(keyId: string, count: number): Promise<void> {
    await consume(this.events, keyId, Math.min(count, this.settings.eventsPerSecond), 'too many events with this key');
  }

  /** Counts a wrong credential from this address. */
  async failure(address: string): Promise<void> {
    await consume(this.failures, address, 1, TOO_MANY_FAILURES);
  }

  /** Counts a request of a right credential for what it may not do. It is no wrong one: others at its address are let in. */
  async forbidden(credential: string): Promise<void> {
    await consume(this.requests, forbiddenTo(credential), 1, TOO_MANY_REQUESTS);
  }

  /** @throws {Fault} 429 while the credential has used up its requests for what it may not do: no more of them are looked up. */
  async mayAsk(credential: string): Promise<void> {
    await demandRest(this.requests, forbiddenTo(credential), TOO_MANY_REQUESTS);
  }

  /** @throws {Fault} 429 while the address has used up its wrong credentials: nothing more of it is looked up. */
  async mayTry(address: string): Promise<void> {
    await demandRest(this.failures, address, TOO_MANY_FAILURES);
  }
}

/** Credentials are not kept in clear, not even in memory. */
const forbiddenTo = (credential: string): string =>
  `forbidden ${createHash('sha256').update(credential).digest('base64')}`;

async function demandRest(limiter: RateLimiterMemory, key: string, message: string): Promise<void> {
  const spent = await limiter.get(key);
  if (spent !== null && spent.consumedPoints >= limiter.points) throw tooMany(message, limiter.points, spent);
}

async function consume(
  limiter: RateLimiterMemory,
  key: string,
  points: number,
  message: string,
): Promise<RateLimitHeaders> {
  try {
    return headersOf(limiter.points, await limiter.consume(key, points));
  } catch (spent) {
    if (spent instanceof RateLimiterRes) throw tooMany(message, limiter.points, spent);
    throw spent;
  }
}

const tooMany = (message: string, limit: number, spent: RateLimiterRes): Fault =>
  new Fault(429, `${message}: ${limit} a second are allowed`, {
    retryAfterSeconds: spent.msBeforeNext / 1_000,
    headers: headersOf(limit, spent),
  });

const headersOf = (limit: number, { remainingPoints, msBeforeNext }: RateLimiterRes): RateLimitHeaders => ({
  'ratelimit-limit': String(limit),
  'ratelimit-remaining': String(Math.max(0, remainingPoints)),
  'ratelimit-reset': String(Math.max(1, Math.ceil(msBeforeNext / 1_000))),
});
