import type { Clock } from '@sluice/service-kit/clock';
import type { Logger } from '@sluice/service-kit/logger';
import { Rounds } from '@sluice/service-kit/rounds';
import type { DataSource } from 'typeorm';
import { ENDED_SHOWN_MS } from './portal-links.js';

const LOOK_MS = 60_000;
const BATCH = 1_000;

/** Removes what ended more than $2 ms ago. */
const remove = (table: 'portal_link' | 'portal_session') => `
  with removed as (
    delete from registry.${table} where id in (
      select id from registry.${table}
      where expires_at < clock_timestamp() + ($1::bigint - $2::bigint) * interval '1 millisecond'
      order by expires_at limit $3 for update skip locked)
    returning 1)
  select count(*)::int as count from removed`;
const REMOVE_SESSIONS = remove('portal_session');
const REMOVE_LINKS = remove('portal_link');

/**
 * Removes sessions of the portal that have ended, and links that are listed no more. A session ends with its link at the
 * latest, and a revoked link stays until its own time is over, so that nothing is left without its link. Any number of
 * registries share the work.
 */
export class PortalSweep {
  private readonly rounds: Rounds;

  constructor(
    private readonly database: DataSource,
    private readonly clock: Clock,
    logger: Logger,
  ) {
    this.rounds = new Rounds({
      round: async () => {
        if (Object.values(await this.round()).includes(BATCH)) this.rounds.wake();
      },
      idleMs: LOOK_MS,
      failed: (error) => logger.error({ err: error }, 'portal.not_swept'),
    });
  }

  start(): void {
    this.rounds.start();
  }

  /** Resolves when nothing is under way any more. */
  stop(): Promise<void> {
    return this.rounds.stop();
  }

  /** Answers how many sessions and links it removed, at most 1,000 of each. */
  async round(): Promise<{ sessions: number; links: number }> {
    const sessions = await this.removed(REMOVE_SESSIONS, 0);
    return { sessions, links: await this.removed(REMOVE_LINKS, ENDED_SHOWN_MS) };
  }

  private async removed(statement: string, keptMs: number): Promise<number> {
    const [row] = await this.database.query<{ count: number }[]>(statement, [this.clock.shiftMs, keptMs, BATCH]);
    return row!.count;
  }
}
