import { Scope } from '@sluice/contracts/base-commands';
import { accepted, type Result, refused } from '@sluice/contracts/result';
import type { Clock } from '@sluice/service-kit/clock';
import { decodeJwt, errors, type JWTPayload, jwtVerify } from 'jose';
import type { Holder } from './holder.js';
import { IssuerKeys } from './issuer-keys.js';

/** The OIDC issuer whose access tokens count, and where they say what we ask for. */
export interface OidcSettings {
  /** As it stands in `iss`, to the letter. */
  issuer: string;
  /** What `aud` must name. */
  audience: string;
  userClaim: string;
  /** The first of these that a token has tells its client. */
  clientClaims: readonly string[];
  /** Its value is a list, or separated by white space. */
  scopeClaim: string;
  /** Null for discovery. */
  jwksUri: string | null;
}

/** Signatures that only the issuer can make: none with a shared secret, and never `none`. */
const ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
];
/** How far the issuer's clock may be from ours. */
const CLOCK_TOLERANCE_SECONDS = 5;

/** Reads OAuth access tokens: JWTs of the configured issuer, checked without asking it for each. */
export class OAuthTokens {
  private readonly keys: IssuerKeys | null;

  constructor(
    /** Null accepts no OAuth token. */
    private readonly settings: OidcSettings | null,
    private readonly clock: Clock,
  ) {
    this.keys = settings === null ? null : new IssuerKeys(settings.issuer, settings.jwksUri, clock);
  }

  /** @throws {ServiceUnavailable} when the issuer is away and the token may be good. */
  async read(token: string): Promise<Result<Holder>> {
    if (this.settings === null || this.keys === null)
      return refused('unauthenticated', 'OAuth tokens are not accepted');
    const { issuer, audience } = this.settings;
    try {
      // Another issuer's token needs no key: ours is not asked for its sake.
      if (decodeJwt(token).iss !== issuer) return refused('unauthenticated', 'the token is of another issuer');
      const { payload } = await jwtVerify(token, this.keys.keyOf, {
        issuer,
        audience,
        algorithms: ALGORITHMS,
        requiredClaims: ['exp'],
        currentDate: new Date(this.clock.nowMs()),
        clockTolerance: CLOCK_TOLERANCE_SECONDS,
      });
      return holderOf(payload, this.settings);
    } catch (error) {
      if (error instanceof errors.JWTExpired) return refused('unauthenticated', 'the token has expired');
      if (error instanceof errors.JOSEError) return refused('unauthenticated', 'the token is not valid');
      throw error;
    }
  }
}

function holderOf(claims: JWTPayload, { userClaim, clientClaims, scopeClaim }: OidcSettings): Result<Holder> {
  const subject = textOf(claims[userClaim]);
  const clientId = clientClaims.map((name) => textOf(claims[name])).find((client) => client !== null) ?? null;
  if (subject === null) return refused('unauthenticated', `the token names no user in its claim ${userClaim}`);
  if (clientId === null) {
    return refused('unauthenticated', `the token names no client in its claim ${clientClaims.join(' or ')}`);
  }
  const scopes = new Set(wordsOf(claims[scopeClaim]).flatMap((word) => Scope.safeParse(word).data ?? []));
  return accepted({ identity: { kind: 'oauth', subject, clientId }, scopes, bases: null });
}

/** A NUL character is in nothing that the database knows, and upsets it. */
const textOf = (claim: unknown): string | null =>
  typeof claim === 'string' && claim !== '' && !claim.includes('\0') ? claim : null;

const wordsOf = (claim: unknown): unknown[] => {
  if (Array.isArray(claim)) return claim;
  return typeof claim === 'string' ? claim.split(/\s+/) : [];
};
