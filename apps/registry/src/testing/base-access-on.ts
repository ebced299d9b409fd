import type { Clock } from '@sluice/service-kit/clock';
import type { DataSource } from 'typeorm';
import { BaseAccess } from '../access/base-access.js';
import { BaseRateLimit } from '../access/base-rate-limit.js';
import { Memberships } from '../access/memberships.js';
import { CredentialReader } from '../credentials/credential-reader.js';
import { KeyResolver } from '../credentials/key-resolver.js';
import { OAuthTokens, type OidcSettings } from '../credentials/oauth-tokens.js';
import { UserTokens } from '../credentials/user-tokens.js';

/** Access to bases wired as in the registry, with a rate that no test meets. */
export function baseAccessOn(database: DataSource, clock: Clock, oidc: OidcSettings | null): BaseAccess {
  const keys = new KeyResolver(database, clock);
  const reader = new CredentialReader(keys, new UserTokens(database, clock), new OAuthTokens(oidc, clock));
  const rate = new BaseRateLimit({ perSecond: 100_000, penaltySeconds: 0 });
  return new BaseAccess(reader, new Memberships(database, clock), rate);
}
