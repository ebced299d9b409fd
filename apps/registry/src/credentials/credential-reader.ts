import { accepted, type Result, refused } from '@sluice/contracts/result';
import { baseScopesOf, type Holder } from './holder.js';
import type { KeyResolver } from './key-resolver.js';
import type { OAuthTokens } from './oauth-tokens.js';
import { formOf } from './token-format.js';
import type { UserTokens } from './user-tokens.js';

/** The longest credential that is looked at: room for a JWT with many claims. */
const CREDENTIAL_LIMIT = 8_192;

/** Reads a credential of any kind; what is unknown, revoked, expired or malformed is refused as `unauthenticated`. */
export class CredentialReader {
  constructor(
    private readonly keys: Pick<KeyResolver, 'resolve'>,
    private readonly tokens: UserTokens,
    private readonly oauth: Pick<OAuthTokens, 'read'>,
  ) {}

  /** @throws {ServiceUnavailable} when an OAuth token can't be checked because its issuer is away. */
  async read(credential: string): Promise<Result<Holder>> {
    if (credential === '')
      return refused('unauthenticated', 'the token is missing: send it in the Authorization header');
    if (credential.length > CREDENTIAL_LIMIT) return refused('unauthenticated', 'the token is too long');
    switch (formOf(credential)) {
      case 'user_token':
        return this.tokens.read(credential);
      case 'jwt':
        return this.oauth.read(credential);
      case 'account_key':
        return this.accountKey(credential);
    }
  }

  /** A user's token was taken away through this process: that counts here at once. */
  forget(): void {
    this.tokens.forget();
  }

  private async accountKey(credential: string): Promise<Result<Holder>> {
    const key = await this.keys.resolve(credential);
    // A session of the portal is for the portal alone.
    if (!key.known || key.principal.kind === 'portal') return refused('unauthenticated', 'the token is unknown');
    if (key.over !== null) return refused('unauthenticated', key.over);
    const { kind, accountId, keyId, scopes } = key.principal;
    if (kind === 'test') return refused('unauthenticated', 'this is a test API key: use a live key');
    return accepted({ identity: { kind: 'account_key', accountId, keyId }, scopes: baseScopesOf(scopes), bases: null });
  }
}
