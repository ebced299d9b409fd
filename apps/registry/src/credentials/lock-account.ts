import type { EntityManager } from 'typeorm';
import { AccountEntity } from './account.entity.js';

/** Until the transaction ends nobody else adds to what is counted per account: two at once must not both take the last place. */
export async function lockAccount(transaction: EntityManager, accountId: string): Promise<void> {
  await transaction.findOneOrFail(AccountEntity, { where: { id: accountId }, lock: { mode: 'pessimistic_write' } });
}
