import { randomBytes } from 'node:crypto';
import type { Role, Scope, UserToken } from '@sluice/contracts/base-commands';
import type { Clock } from '@sluice/service-kit/clock';
import type { DataSource } from 'typeorm';
import { BaseAccess } from '../access/base-access.js';
import { BaseRateLimit, type BaseRateSettings } from '../access/base-rate-limit.js';
import { Memberships } from '../access/memberships.js';
import { BaseEntity } from '../bases/base.entity.js';
import { AccountEntity } from '../credentials/account.entity.js';
import { CredentialReader } from '../credentials/credential-reader.js';
import { KeyResolver } from '../credentials/key-resolver.js';
import { OAuthTokens, type OidcSettings } from '../credentials/oauth-tokens.js';
import { hashOfToken, newUserToken } from '../credentials/token-format.js';
import { UserTokens } from '../credentials/user-tokens.js';
import { BaseUserEntity } from '../people/base-user.entity.js';
import { CollaboratorEntity } from '../people/collaborator.entity.js';
import { IntegrationEntity } from '../people/integration.entity.js';
import { UserTokenEntity } from '../people/user-token.entity.js';

const drawn = (prefix: string): string => `${prefix}${randomBytes(7).toString('hex')}`;

/** Puts bases and people straight into the registry's tables, for tests of who may do what. */
export class BaseWorld {
  constructor(private readonly database: DataSource) {}

  async account(): Promise<string> {
    const id = drawn('acc_');
    await this.database.manager.insert(AccountEntity, { id, name: id, operator: false });
    return id;
  }

  async base(accountId: string): Promise<string> {
    const id = drawn('app');
    const base = { id, accountId, name: id, transactionNumbers: 'assigned' as const, createdAt: new Date() };
    await this.database.manager.insert(BaseEntity, base);
    return id;
  }

  async user(accountId: string, subject: string | null = null): Promise<string> {
    const id = drawn('usr');
    const user = { id, accountId, email: `${id}@example.org`, name: null, subject, createdAt: new Date() };
    await this.database.manager.insert(BaseUserEntity, user);
    return id;
  }

  async join(baseId: string, userId: string, role: Role): Promise<void> {
    await this.database.manager.upsert(CollaboratorEntity, { baseId, userId, role }, ['baseId', 'userId']);
  }

  /** The token in clear. */
  async token(
    userId: string,
    scopes: readonly Scope[],
    { kind = 'personal_access_token', bases = null }: { kind?: UserToken['kind']; bases?: string[] | null } = {},
  ): Promise<string> {
    const token = newUserToken(kind);
    const { accountId } = await this.database.manager.findOneByOrFail(BaseUserEntity, { id: userId });
    await this.database.manager.insert(UserTokenEntity, {
      id: drawn('tok_'),
      accountId,
      userId,
      kind,
      name: 'of a test',
      scopes: [...scopes],
      bases,
      hash: hashOfToken(token),
      createdAt: new Date(),
      revokedAt: null,
    });
    return token;
  }

  async integration(accountId: string, clientId: string): Promise<void> {
    await this.database.manager.insert(IntegrationEntity, {
      accountId,
      clientId,
      name: clientId,
      createdAt: new Date(),
    });
  }
}

/** Access to bases wired as in the registry, with a rate that no test meets unless told. */
export function baseAccessOn(
  database: DataSource,
  clock: Clock,
  {
    oidc = null,
    rate = { perSecond: 100_000, penaltySeconds: 0 },
  }: { oidc?: OidcSettings | null; rate?: BaseRateSettings },
): BaseAccess {
  const keys = new KeyResolver(database, clock);
  const reader = new CredentialReader(keys, new UserTokens(database, clock), new OAuthTokens(oidc, clock));
  return new BaseAccess(reader, new Memberships(database, clock), new BaseRateLimit(rate));
}
