import type { Bases } from '@sluice/contracts/base-commands';
import type { Logger } from '@sluice/service-kit/logger';
import type { Pool } from 'pg';

export interface GoneBasesParts {
  pool: Pool;
  registry: Pick<Bases, 'livingBases'>;
  logger: Logger;
}

const PAGE = 500;

interface Row {
  base_id: string;
  account_id: string;
  last_position: string;
}

/** Whose changes are all settled: none of them can be read again, which would be recorded anew. */
const SETTLED = `
  select b.base_id, b.account_id, b.last_position from dispatch.base b
  where (b.base_id, b.account_id) > ($1, $2)
    and exists (select from dispatch.partition p where p.partition = b.partition and p.position > b.last_position)
  order by b.base_id, b.account_id
  limit $3`;

/** Not if a change came since the registry was asked: then the base is there again. */
const FORGET = `
  delete from dispatch.base b using unnest($1::text[], $2::text[], $3::int8[]) as u(base_id, account_id, last_position)
  where b.base_id = u.base_id and b.account_id = u.account_id and b.last_position = u.last_position`;

/** Drops the numbers of bases that are gone. The registry being away is no fault: it is asked again another time. */
export async function forgetGoneBases({ pool, registry, logger }: GoneBasesParts): Promise<void> {
  for (let after: [string, string] = ['', '']; ; ) {
    const { rows } = await pool.query<Row>(SETTLED, [...after, PAGE]);
    if (rows.length === 0) return;
    const bases = rows.map((row) => ({ accountId: row.account_id, baseId: row.base_id }));
    let living: Set<string>;
    try {
      living = new Set((await registry.livingBases({ bases })).baseIds);
    } catch (error) {
      logger.info({ err: error }, 'bases.not_forgotten');
      return;
    }
    const gone = rows.filter((row) => !living.has(row.base_id));
    if (gone.length > 0) {
      const values = [
        gone.map((row) => row.base_id),
        gone.map((row) => row.account_id),
        gone.map((row) => row.last_position),
      ];
      await pool.query(FORGET, values);
      logger.info({ bases: gone.length }, 'bases.forgotten');
    }
    const last = rows.at(-1)!;
    after = [last.base_id, last.account_id];
  }
}
