import { BaseId } from '@sluice/contracts/airtable-ids';
import { refused } from '@sluice/contracts/result';
import type { EntityManager } from 'typeorm';
import { BaseEntity } from './base.entity.js';

/** One answer for a base that does not exist, or is another account's. */
export const UNKNOWN_BASE = refused('not_found', 'there is no such base', 'base_id');

/** The account's base, for reading; null when it has none of this id. */
export const findBaseOf = (manager: EntityManager, accountId: string, id: string): Promise<BaseEntity | null> =>
  BaseId.safeParse(id).success ? manager.findOneBy(BaseEntity, { id, accountId }) : Promise.resolve(null);

/** The same, locked until the transaction ends: everything that is counted or replaced within a base waits its turn. */
export const lockBaseOf = (transaction: EntityManager, accountId: string, id: string): Promise<BaseEntity | null> =>
  BaseId.safeParse(id).success
    ? transaction.findOne(BaseEntity, { where: { id, accountId }, lock: { mode: 'pessimistic_write' } })
    : Promise.resolve(null);
