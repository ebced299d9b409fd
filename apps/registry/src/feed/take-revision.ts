import type { EntityManager } from 'typeorm';

/** Rung when a transaction with a new revision has committed. */
export const REVISION_CHANNEL = 'sluice_registry_revision';

/**
 * The next revision, under a lock that is held until the transaction ends: revisions become visible in their order.
 * Take it as late as possible, and write what it belongs to in the same transaction.
 */
export async function takeRevision(transaction: EntityManager): Promise<number> {
  const [row] = await transaction.query<{ value: string }[]>(
    `with taken as (update registry.revision set value = value + 1 where id = 1 returning value)
     select value, pg_notify('${REVISION_CHANNEL}', '') from taken`,
  );
  return Number(row!.value);
}
