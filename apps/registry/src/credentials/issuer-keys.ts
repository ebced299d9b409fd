import type { Clock } from '@sluice/service-kit/clock';
import { ServiceUnavailable } from '@sluice/service-kit/service-unavailable';
import { createRemoteJWKSet, errors, type JWTVerifyGetKey } from 'jose';
import { z } from 'zod';

/** A key that the issuer has withdrawn counts this much longer. */
const FRESH_MS = 600_000;
/** An unknown key id makes us ask again, but not more often: anybody can make one up. */
const COOLDOWN_MS = 5_000;
const TIMEOUT_MS = 5_000;

const Discovery = z.object({ issuer: z.string(), jwks_uri: z.url({ protocol: /^https?$/ }) });

type KeySet = ReturnType<typeof createRemoteJWKSet>;

/** The public keys that an OIDC issuer signs with, as it publishes them now. */
export class IssuerKeys {
  private set: KeySet | null = null;
  private fetchedMs = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly issuer: string,
    /** Where the keys are; null asks the issuer's discovery document. */
    private readonly jwksUri: string | null,
    private readonly clock: Clock,
  ) {}

  /**
   * The key that a token names.
   *
   * @throws {errors.JOSEError} when the issuer has no such key.
   * @throws {ServiceUnavailable} when the issuer can't be asked.
   */
  readonly keyOf: JWTVerifyGetKey = async (header, token) => {
    let set = this.set;
    if (set === null || this.olderThan(FRESH_MS)) set = await this.fetch();
    try {
      return await set(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey) || !this.olderThan(COOLDOWN_MS)) throw error;
      return (await this.fetch())(header, token);
    }
  };

  private olderThan(ageMs: number): boolean {
    return this.clock.monotonicMs() >= this.fetchedMs + ageMs;
  }

  private async fetch(): Promise<KeySet> {
    const nowMs = this.clock.monotonicMs();
    try {
      // When to ask again is decided here, by our clock.
      this.set ??= createRemoteJWKSet(new URL(this.jwksUri ?? (await this.discover())), {
        timeoutDuration: TIMEOUT_MS,
        cooldownDuration: Number.POSITIVE_INFINITY,
        cacheMaxAge: Number.POSITIVE_INFINITY,
      });
      await this.set.reload();
    } catch (cause) {
      // The keys may have moved: they are looked for anew.
      this.set = null;
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new ServiceUnavailable(`the issuer of OAuth tokens can't be asked for its keys: ${reason}`, { cause });
    }
    this.fetchedMs = nowMs;
    return this.set;
  }

  private async discover(): Promise<string> {
    const url = `${this.issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
    const response = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(TIMEOUT_MS) });
    if (response.status !== 200) throw new Error(`${url} answered ${response.status}`);
    const { issuer, jwks_uri } = Discovery.parse(await response.json());
    if (issuer !== this.issuer) throw new Error(`${url} is of another issuer: ${issuer}`);
    return jwks_uri;
  }
}
