import { BaseId } from '@sluice/contracts/airtable-ids';
import type { Role } from '@sluice/contracts/base-commands';
import { accepted, type Result, refused } from '@sluice/contracts/result';
import type { DataType } from '@sluice/contracts/webhook-specification';
import type { CredentialReader } from '../credentials/credential-reader.js';
import type { Holder } from '../credentials/holder.js';
import { type BaseCaller, type BaseNeed, demandScopes, HIDDEN } from './base-caller.js';
import type { BaseRateLimit } from './base-rate-limit.js';
import type { Membership, Memberships } from './memberships.js';

/** The roles that each endpoint is for (contract airtable 1.0). */
const MANAGERS: readonly Role[] = ['owner', 'creator'];
const READERS: readonly Role[] = ['owner', 'creator', 'editor', 'commenter', 'read_only'];
const ROLES: Readonly<Record<BaseNeed, readonly Role[]>> = {
  create: MANAGERS,
  list: READERS,
  payloads: READERS,
  refresh: MANAGERS,
  toggle: MANAGERS,
  delete: MANAGERS,
};

/**
 * The one place that decides what a credential of whatever kind may do with a base's webhooks. It refuses, in this order,
 * `unauthenticated` for nobody, `hidden` for who may not see the base, `rate_limited`, and `forbidden` for too low a role.
 * What it knows is at most 5 s old, and current where something was taken away through this process.
 */
export class BaseAccess {
  constructor(
    private readonly credentials: CredentialReader,
    private readonly memberships: Memberships,
    private readonly rate: BaseRateLimit,
  ) {}

  /**
   * For a command that a client caused: counts for the base's rate. A creation brings the data types that it asks for, whose
   * scopes come before the role.
   *
   * @throws {ServiceUnavailable} when an OAuth token can't be checked because its issuer is away.
   */
  async of(
    credential: string,
    baseId: string,
    need: BaseNeed,
    dataTypes: readonly DataType[] = [],
  ): Promise<Result<BaseCaller>> {
    const seeing = await this.seeing(credential, baseId);
    if (!seeing.ok) return seeing;
    const limited = await this.rate.count(baseId);
    if (limited !== null) return limited;
    const permitted = demandScopes(seeing.value, dataTypes);
    return permitted.ok ? demandRole(permitted.value, need) : permitted;
  }

  /** The same for a question that merely follows such a command: counts for nothing. */
  async uncounted(credential: string, baseId: string, need: BaseNeed): Promise<Result<BaseCaller>> {
    const seeing = await this.seeing(credential, baseId);
    return seeing.ok ? demandRole(seeing.value, need) : seeing;
  }

  /** A token, user, collaborator, integration or base was changed or taken away through this process: all is asked anew. */
  forget(): void {
    this.credentials.forget();
    this.memberships.forget();
  }

  /** A caller who may see the base. */
  private async seeing(credential: string, baseId: string): Promise<Result<BaseCaller>> {
    const read = await this.credentials.read(credential);
    if (!read.ok) return read;
    const { identity, scopes, bases } = read.value;
    if (!BaseId.safeParse(baseId).success || !scopes.has('webhook:manage')) return HIDDEN;
    if (bases !== null && !bases.includes(baseId)) return HIDDEN;
    const membership = await this.memberships.of(identity, baseId);
    if (membership === null || membership.role === 'interface_only') return HIDDEN;
    return accepted(callerOf(read.value, membership, baseId));
  }
}

function callerOf({ identity, scopes }: Holder, { accountId, userId, role }: Membership, baseId: string): BaseCaller {
  const caller = { accountId, baseId, kind: identity.kind, role, scopes, integration: null };
  switch (identity.kind) {
    case 'account_key':
      return { ...caller, actor: identity.keyId };
    case 'personal_access_token':
    case 'user_api_key':
      return { ...caller, actor: identity.tokenId };
    case 'oauth':
      return { ...caller, actor: `${userId}/${identity.clientId}`, integration: identity.clientId };
  }
}

function demandRole(caller: BaseCaller, need: BaseNeed): Result<BaseCaller> {
  if (ROLES[need].includes(caller.role)) return accepted(caller);
  return refused('forbidden', `this needs the role owner or creator in the base; yours is ${caller.role}`);
}
