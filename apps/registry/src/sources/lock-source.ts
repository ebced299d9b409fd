import { refused } from '@sluice/contracts/result';
import { SourceId } from '@sluice/contracts/sources';
import type { EntityManager } from 'typeorm';
import { SourceEntity } from './source.entity.js';

const isSourceId = (id: string): boolean => SourceId.safeParse(id).success;

/** One answer for a source that does not exist, or is another account's. */
export const UNKNOWN_SOURCE = refused('not_found', 'there is no such source', 'source_id');

/** The account's source, for reading; null when it has none of this id. */
export const findSourceOf = (manager: EntityManager, accountId: string, id: string): Promise<SourceEntity | null> =>
  isSourceId(id) ? manager.findOneBy(SourceEntity, { id, accountId }) : Promise.resolve(null);

/** The same, locked until the transaction ends. */
export const lockSourceOf = (
  transaction: EntityManager,
  accountId: string,
  id: string,
): Promise<SourceEntity | null> =>
  isSourceId(id)
    ? transaction.findOne(SourceEntity, { where: { id, accountId }, lock: { mode: 'pessimistic_write' } })
    : Promise.resolve(null);
