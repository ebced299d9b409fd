import type { Clock } from '@sluice/service-kit/clock';
import type { EntityManager } from 'typeorm';

/**
 * The database's time, shifted as tests shift theirs: what several registries compare. To the millisecond, so that what
 * is stored is what is shown.
 */
export async function databaseTime(manager: EntityManager, { shiftMs }: Clock): Promise<Date> {
  const [row] = await manager.query<{ now: Date }[]>(
    `select date_trunc('milliseconds', clock_timestamp() + $1 * interval '1 millisecond') as now`,
    [shiftMs],
  );
  return row!.now;
}
