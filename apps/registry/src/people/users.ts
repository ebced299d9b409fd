import { UserId } from '@sluice/contracts/airtable-ids';
import type { User } from '@sluice/contracts/base-commands';
import type { Principal } from '@sluice/contracts/principal';
import { accepted, type Result, refused } from '@sluice/contracts/result';
import type { Clock } from '@sluice/service-kit/clock';
import { newAirtableId } from '@sluice/service-kit/new-airtable-id';
import type { DataSource, EntityManager } from 'typeorm';
import { listCreated } from '../answers/list-created.js';
import type { WantedCreated } from '../answers/list-page.js';
import { recordAudit } from '../audit/record-audit.js';
import { lockAccount } from '../credentials/lock-account.js';
import { checkedName } from '../texts/checked-name.js';
import { BaseUserEntity } from './base-user.entity.js';

const USERS_LIMIT = 10_000;
/** Enough to tell an address from what is none; whether it exists only a letter could tell. */
const EMAIL = /^[^\s@]+@[^\s@]+$/;

/** One answer for a user that does not exist, or is another account's. */
export const UNKNOWN_USER = refused('not_found', 'there is no such user', 'user_id');

export interface WantedUser {
  email: string;
  name: string | null;
  subject: string | null;
  /** Drawn when absent. */
  id?: string | undefined;
  from?: string | undefined;
}

/** Who works in an account's bases. The caller has checked that the principal may manage. */
export class Users {
  constructor(
    private readonly database: DataSource,
    private readonly remembered: { forget(): void },
    private readonly clock: Clock,
  ) {}

  /** Email, subject and id are nobody else's; the id in no account. */
  async create({ accountId, keyId }: Principal, { from, ...wanted }: WantedUser): Promise<Result<User>> {
    const checked = checkedUser(wanted);
    if (!checked.ok) return checked;
    const user = { ...checked.value, accountId, createdAt: new Date(this.clock.nowMs()) };
    return this.database.transaction(async (transaction): Promise<Result<User>> => {
      await lockAccount(transaction, accountId);
      const refusal = await refusalInAccount(transaction, user);
      if (refusal !== null) return refusal;
      if (!(await insertUser(transaction, user))) {
        return refused('conflict', 'id is taken: give another one, or none to have one drawn', 'id');
      }
      const audited = { at: user.createdAt, accountId, keyId, subject: user.id, from };
      await recordAudit(transaction, { ...audited, action: 'user.created' });
      return accepted(userOf(user));
    });
  }

  /** In the order of creation. */
  async list({ accountId }: Principal, page: WantedCreated): Promise<{ users: User[]; more: boolean }> {
    const by = { entity: BaseUserEntity, id: 'id' } as const;
    const { shown, more } = await listCreated(this.database.manager, by, accountId, page);
    return { users: shown.map(userOf), more };
  }

  /** The user's tokens and collaborations go along, and stop to count here at once, elsewhere within 5 s. */
  async delete({ accountId, keyId }: Principal, id: string, from?: string): Promise<Result<Record<string, never>>> {
    if (!UserId.safeParse(id).success) return UNKNOWN_USER;
    const at = new Date(this.clock.nowMs());
    const deleted = await this.database.transaction(async (transaction) => {
      // Tokens and collaborations go with bases too, in another order.
      await lockAccount(transaction, accountId);
      const { affected } = await transaction.delete(BaseUserEntity, { id, accountId });
      if (affected !== 1) return false;
      await recordAudit(transaction, { at, accountId, keyId, action: 'user.deleted', subject: id, from });
      return true;
    });
    if (!deleted) return UNKNOWN_USER;
    this.remembered.forget();
    return accepted({});
  }
}

type NewUser = Omit<BaseUserEntity, 'account'>;

/** Null when the user is unknown to the account. It can't be deleted before the transaction ends. */
export const holdUser = (transaction: EntityManager, accountId: string, id: string): Promise<BaseUserEntity | null> =>
  UserId.safeParse(id).success
    ? transaction.findOne(BaseUserEntity, { where: { id, accountId }, lock: { mode: 'for_key_share' } })
    : Promise.resolve(null);

/** False when the id is taken. */
export async function insertUser(transaction: EntityManager, user: NewUser): Promise<boolean> {
  const inserted: unknown[] = await transaction.query(
    `insert into registry.base_user (id, account_id, email, name, subject, created_at) values ($1, $2, $3, $4, $5, $6)
     on conflict (id) do nothing returning id`,
    [user.id, user.accountId, user.email, user.name, user.subject, user.createdAt],
  );
  return inserted.length === 1;
}

function checkedUser(wanted: Omit<WantedUser, 'from'>): Result<Pick<NewUser, 'id' | 'email' | 'name' | 'subject'>> {
  const email = checkedName(wanted.email, 'email');
  if (!email.ok) return email;
  if (!EMAIL.test(email.value)) return refused('invalid', 'email is no email address', 'email');
  const name = wanted.name === null ? accepted(null) : checkedName(wanted.name, 'name');
  if (!name.ok) return name;
  const subject = wanted.subject === null ? accepted(null) : checkedName(wanted.subject, 'subject');
  if (!subject.ok) return subject;
  // Whose token it is must not depend on white space that the issuer would have sent.
  if (subject.value !== wanted.subject) {
    return refused('invalid', 'subject begins or ends with white space', 'subject');
  }
  const id = UserId.safeParse(wanted.id ?? newAirtableId('usr'));
  if (!id.success) return refused('invalid', `id ${id.error.issues[0]!.message}`, 'id');
  return accepted({ id: id.data, email: email.value, name: name.value, subject: subject.value });
}

async function refusalInAccount(
  transaction: EntityManager,
  { accountId, email, subject }: NewUser,
): Promise<ReturnType<typeof refused> | null> {
  if (await transaction.existsBy(BaseUserEntity, { accountId, email })) {
    return refused('conflict', 'email is taken: another user of this account has it', 'email');
  }
  if (subject !== null && (await transaction.existsBy(BaseUserEntity, { accountId, subject }))) {
    return refused('conflict', 'subject is taken: another user of this account has it', 'subject');
  }
  if ((await transaction.countBy(BaseUserEntity, { accountId })) < USERS_LIMIT) return null;
  const limit = USERS_LIMIT.toLocaleString('en');
  return refused('too_many', `this account has ${limit} users, which is the most that it may have`);
}

const userOf = ({ id, email, name, subject, createdAt }: NewUser): User => ({
  id,
  email,
  name,
  subject,
  createdAt: createdAt.toISOString(),
});
