import type { EntityManager } from 'typeorm';
import { AccountEntity } from './account.entity.js';

/**
 * Until the transaction ends nobody else adds to what is counted per account: two at once must not both take the last
 * place. Who merely refers to the account does not wait. Taken after locks on bases and before all others.
 */
export async function lockAccount(transaction: EntityManager, accountId: string): Promise<void> {
  await transaction.findOneOrFail(AccountEntity, { where: { id: accountId }, lock: { mode: 'for_no_key_update' } });
}
