import type { Clock } from '@sluice/service-kit/clock';
import { ServiceUnavailable } from '@sluice/service-kit/service-unavailable';
import { createRemoteJWKSet, errors, type JWTVerifyGetKey } from 'jose';
import { z } from 'zod';

/** A key that the issuer has withdrawn counts this much longer. */
const FRESH_MS = 600_000;
/** An unknown key id makes us ask again, but not more often: anybody can make one up. */
const COOLDOWN_MS = 5_000;
/** An issuer that did not answer is left alone for this long. */
const RESPITE_MS = 1_000;
const TIMEOUT_MS = 5_000;

const Discovery = z.object({ issuer: z.string(), jwks_uri: z.url({ protocol: /^https?$/ }) });

/** The public keys that an OIDC issuer signs with, as it publishes them now. */
export class IssuerKeys {
  private known: { keys: JWTVerifyGetKey; askedMs: number } | null = null;
  private asking: Promise<JWTVerifyGetKey> | null = null;
  private failure: { error: ServiceUnavailable; untilMs: number } | null = null;

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
    const { known } = this;
    const ageMs = known === null ? Number.POSITIVE_INFINITY : this.clock.monotonicMs() - known.askedMs;
    if (known === null || ageMs >= FRESH_MS) return (await this.ask())(header, token);
    try {
      return await known.keys(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey) || ageMs < COOLDOWN_MS) throw error;
      return (await this.ask())(header, token);
    }
  };

  /** Callers at the same time share one question. What was known stays so when it fails. */
  private ask(): Promise<JWTVerifyGetKey> {
    const askedMs = this.clock.monotonicMs();
    if (this.failure !== null && askedMs < this.failure.untilMs) return Promise.reject(this.failure.error);
    this.asking ??= this.fetchKeys()
      .then(
        (keys) => {
          this.known = { keys, askedMs };
          this.failure = null;
          return keys;
        },
        (cause: unknown) => {
          const reason = cause instanceof Error ? cause.message : String(cause);
          const message = `the issuer of OAuth tokens can't be asked for its keys: ${reason}`;
          const error = new ServiceUnavailable(message, { cause });
          this.failure = { error, untilMs: this.clock.monotonicMs() + RESPITE_MS };
          throw error;
        },
      )
      .finally(() => {
        this.asking = null;
      });
    return this.asking;
  }

  /** They are fetched once: when to ask again is decided here, by our clock. */
  private async fetchKeys(): Promise<JWTVerifyGetKey> {
    const keys = createRemoteJWKSet(new URL(this.jwksUri ?? (await this.discover())), {
      timeoutDuration: TIMEOUT_MS,
      cooldownDuration: Number.POSITIVE_INFINITY,
      cacheMaxAge: Number.POSITIVE_INFINITY,
    });
    await keys.reload();
    return keys;
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
