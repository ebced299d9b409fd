import { UserId } from '@sluice/contracts/airtable-ids';
import { type Collaborator, Role } from '@sluice/contracts/base-commands';
import type { Principal } from '@sluice/contracts/principal';
import { accepted, type Result, refused } from '@sluice/contracts/result';
import type { Clock } from '@sluice/service-kit/clock';
import type { DataSource, EntityManager } from 'typeorm';
import { rowsFor, shownOf, type WantedPage } from '../answers/list-page.js';
import { recordAudit } from '../audit/record-audit.js';
import { findBaseOf, lockBaseOf, UNKNOWN_BASE } from '../bases/lock-base.js';
import { CollaboratorEntity } from './collaborator.entity.js';
import { holdUser, UNKNOWN_USER } from './users.js';

const UNKNOWN_COLLABORATOR = refused('not_found', 'this user does not work in this base', 'user_id');

/** What an account's users are in its bases. The caller has checked that the principal may manage. */
export class Collaborators {
  constructor(
    private readonly database: DataSource,
    private readonly remembered: { forget(): void },
    private readonly clock: Clock,
  ) {}

  /** Takes the user in, or changes the role. */
  async put(
    { accountId, keyId }: Principal,
    { baseId, userId, role, from }: { baseId: string; userId: string; role: Role; from?: string | undefined },
  ): Promise<Result<Collaborator>> {
    if (!Role.options.includes(role)) {
      return refused('invalid', `role must be one of ${Role.options.join(', ')}`, 'role');
    }
    const at = new Date(this.clock.nowMs());
    const put = await this.database.transaction(async (transaction): Promise<Result<Collaborator>> => {
      if ((await lockBaseOf(transaction, accountId, baseId)) === null) return UNKNOWN_BASE;
      const user = await holdUser(transaction, accountId, userId);
      if (user === null) return UNKNOWN_USER;
      await transaction.upsert(CollaboratorEntity, { baseId, userId, role }, ['baseId', 'userId']);
      const audited = { at, accountId, keyId, subject: `${baseId}/${userId}`, reason: `role ${role}`, from };
      await recordAudit(transaction, { ...audited, action: 'collaborator.put' });
      return accepted({ userId, email: user.email, role });
    });
    if (put.ok) this.remembered.forget();
    return put;
  }

  /** By their emails. */
  async list(
    { accountId }: Principal,
    baseId: string,
    page: WantedPage,
  ): Promise<Result<{ collaborators: Collaborator[]; more: boolean }>> {
    const { manager } = this.database;
    if ((await findBaseOf(manager, accountId, baseId)) === null) return UNKNOWN_BASE;
    const rows = manager
      .createQueryBuilder(CollaboratorEntity, 'collaborator')
      .innerJoinAndSelect('collaborator.user', 'user')
      // A base's people are of its account: the order of emails is that of an index there.
      .where('collaborator.baseId = :baseId and user.accountId = :accountId', { baseId, accountId })
      .orderBy('user.email')
      .limit(rowsFor(page));
    if (page.after !== undefined) rows.andWhere('user.email > :after', { after: page.after });
    const { shown, more } = shownOf(await rows.getMany(), page);
    return accepted({
      collaborators: shown.map(({ userId, user, role }) => ({ userId, email: user.email, role })),
      more,
    });
  }

  async delete(
    { accountId, keyId }: Principal,
    { baseId, userId, from }: { baseId: string; userId: string; from?: string | undefined },
  ): Promise<Result<Record<string, never>>> {
    const at = new Date(this.clock.nowMs());
    const deleted = await this.database.transaction(async (transaction): Promise<Result<Record<string, never>>> => {
      if ((await lockBaseOf(transaction, accountId, baseId)) === null) return UNKNOWN_BASE;
      if (!(await dropCollaborator(transaction, baseId, userId))) return UNKNOWN_COLLABORATOR;
      const audited = { at, accountId, keyId, subject: `${baseId}/${userId}`, from };
      await recordAudit(transaction, { ...audited, action: 'collaborator.deleted' });
      return accepted({});
    });
    if (deleted.ok) this.remembered.forget();
    return deleted;
  }
}

async function dropCollaborator(transaction: EntityManager, baseId: string, userId: string): Promise<boolean> {
  if (!UserId.safeParse(userId).success) return false;
  return (await transaction.delete(CollaboratorEntity, { baseId, userId })).affected === 1;
}
