import type { Role, Scope, UserToken } from '@sluice/contracts/base-commands';
import type { KeyKind } from '@sluice/contracts/principal';
import { type RegistryUnderTest, value } from './registry-under-test.js';

/** A new account, and what its admin key makes in it. */
export class Tenant {
  private users = 0;

  private constructor(
    private readonly commands: RegistryUnderTest['commands'],
    readonly accountId: string,
    /** The first admin key. */
    readonly credential: string,
  ) {}

  static async make({ commands, operator }: RegistryUnderTest): Promise<Tenant> {
    const credential = operator.keys.admin.key;
    const { accountId, adminKey } = await value(commands.createAccount({ credential, name: 'Tenant' }));
    return new Tenant(commands, accountId, adminKey.key);
  }

  async key(kind: KeyKind): Promise<{ id: string; key: string }> {
    return value(this.commands.createKey({ credential: this.credential, kind, audience: 'own' }));
  }

  /** The base's id. */
  async base(): Promise<string> {
    const wanted = { name: 'Base', transactionNumbers: 'assigned' as const };
    return (await value(this.commands.createBase({ credential: this.credential, ...wanted }))).id;
  }

  /** The id of a user who has a role in a base. */
  async user(baseId?: string, role?: Role, subject: string | null = null): Promise<string> {
    const { credential } = this;
    const email = `user-${++this.users}@example.org`;
    const { id } = await value(this.commands.createUser({ credential, email, name: null, subject }));
    if (baseId !== undefined && role !== undefined) await this.join(baseId, id, role);
    return id;
  }

  async join(baseId: string, userId: string, role: Role): Promise<void> {
    await value(this.commands.putCollaborator({ credential: this.credential, baseId, userId, role }));
  }

  async token(
    userId: string,
    scopes: readonly Scope[],
    bases: readonly string[] | null = null,
  ): Promise<UserToken & { token: string }> {
    return this.newToken({ userId, kind: 'personal_access_token', scopes: [...scopes], bases: bases && [...bases] });
  }

  async userApiKey(userId: string): Promise<UserToken & { token: string }> {
    return this.newToken({ userId, kind: 'user_api_key', scopes: [], bases: null });
  }

  async integration(clientId: string): Promise<void> {
    await value(this.commands.putIntegration({ credential: this.credential, clientId, name: clientId }));
  }

  private newToken(wanted: Pick<UserToken, 'userId' | 'kind' | 'scopes' | 'bases'>) {
    return value(this.commands.createToken({ credential: this.credential, name: 'of a test', ...wanted }));
  }
}
