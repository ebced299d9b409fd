import type { Role } from '@sluice/contracts/base-commands';
import { BoundedMap } from '@sluice/service-kit/bounded-map';
import type { Clock } from '@sluice/service-kit/clock';
import type { DataSource } from 'typeorm';
import type { Identity } from '../credentials/holder.js';

/** Bounds how long somebody who was removed from a base still sees it here (docs/architecture.md section 6). */
const REMEMBERED_MS = 5_000;
const REMEMBERED_MEMBERSHIPS = 10_000;

/** What somebody is in a base. */
export interface Membership {
  /** Whose base it is. */
  accountId: string;
  /** Null for the account itself. */
  userId: string | null;
  role: Role;
}

interface Remembered {
  membership: Membership;
  untilMs: number;
}

/** Finds what somebody is in a base. Members are remembered for at most 5 s; strangers never, so that they can become members. */
export class Memberships {
  private remembered = new BoundedMap<string, Remembered>(REMEMBERED_MEMBERSHIPS);

  constructor(
    private readonly database: DataSource,
    private readonly clock: Clock,
  ) {}

  /** As of at most 5 s ago; null alike for an unknown base, another account's, and one that this identity has no part in. */
  async of(identity: Identity, baseId: string): Promise<Membership | null> {
    // An answer that was under way while all was forgotten ends up in the memory that is gone.
    const { remembered } = this;
    const key = keyOf(identity, baseId);
    const found = remembered.get(key);
    const nowMs = this.clock.monotonicMs();
    if (found !== undefined && found.untilMs > nowMs) return found.membership;
    const membership = await this.find(identity, baseId);
    if (membership === null) remembered.delete(key);
    else remembered.set(key, { membership, untilMs: nowMs + REMEMBERED_MS });
    return membership;
  }

  /** A base, user, collaborator or integration was taken away through this process: that counts here at once. */
  forget(): void {
    this.remembered = new BoundedMap(REMEMBERED_MEMBERSHIPS);
  }

  private async find(identity: Identity, baseId: string): Promise<Membership | null> {
    const [row] = await this.rows(identity, baseId);
    return row === undefined ? null : { accountId: row.account_id, userId: row.user_id, role: row.role };
  }

  private rows(identity: Identity, baseId: string): Promise<MembershipRow[]> {
    switch (identity.kind) {
      case 'account_key':
        // An account owns all its bases.
        return this.database.query(
          `select account_id, null as user_id, 'owner' as role from registry.base where id = $1 and account_id = $2`,
          [baseId, identity.accountId],
        );
      case 'personal_access_token':
      case 'user_api_key':
        return this.database.query(`${MEMBERS} where base.id = $1 and person.id = $2`, [baseId, identity.userId]);
      case 'oauth':
        // The integration must be admitted by the account whose base it is.
        return this.database.query(
          `${MEMBERS} join registry.integration on integration.account_id = base.account_id
           where base.id = $1 and person.subject = $2 and integration.client_id = $3`,
          [baseId, identity.subject, identity.clientId],
        );
    }
  }
}

const MEMBERS = `
  select base.account_id, person.id as user_id, collaborator.role
  from registry.base
  join registry.base_user person on person.account_id = base.account_id
  join registry.collaborator on collaborator.base_id = base.id and collaborator.user_id = person.id`;

interface MembershipRow {
  account_id: string;
  user_id: string | null;
  role: Role;
}

const keyOf = (identity: Identity, baseId: string): string => {
  switch (identity.kind) {
    case 'account_key':
      return JSON.stringify([baseId, 'account', identity.accountId]);
    case 'personal_access_token':
    case 'user_api_key':
      return JSON.stringify([baseId, 'user', identity.userId]);
    case 'oauth':
      return JSON.stringify([baseId, 'oauth', identity.subject, identity.clientId]);
  }
};
