import type { EntityManager, EntityTarget, ObjectLiteral } from 'typeorm';
import { rowsFor, shownOf, type WantedCreated } from './list-page.js';

/** A page of what an account made, in the order of creation; what was made at the same moment by its ids. */
export async function listCreated<Row extends ObjectLiteral & { accountId: string; createdAt: Date }>(
  manager: EntityManager,
  { entity, id }: { entity: EntityTarget<Row>; id: keyof Row & string },
  accountId: string,
  page: WantedCreated,
): Promise<{ shown: Row[]; more: boolean }> {
  const rows = manager
    .createQueryBuilder(entity, 'made')
    .where('made.accountId = :accountId', { accountId })
    .orderBy({ 'made.createdAt': 'ASC', [`made.${id}`]: 'ASC' })
    .limit(rowsFor(page));
  if (page.after !== undefined) {
    const { createdAt, id: last } = page.after;
    rows.andWhere(`(made.createdAt, made.${id}) > (:at, :last)`, { at: new Date(createdAt), last });
  }
  return shownOf(await rows.getMany(), page);
}
