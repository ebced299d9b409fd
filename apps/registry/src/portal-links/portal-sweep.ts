import type { Clock } from '@sluice/service-kit/clock';
import type { Logger } from '@sluice/service-kit/logger';
import type { DataSource } from 'typeorm';
import { WakeUp } from '../feed/wake-up.js';
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
  private readonly stopping = new WakeUp();
  private running: Promise<void> | null = null;

  constructor(
    private readonly database: DataSource,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  start(): void {
    this.running ??= this.run();
  }

  /** Resolves when nothing is under way any more. */
  async stop(): Promise<void> {
    this.stopping.ring();
    await this.running;
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

  private async run(): Promise<void> {
    while (this.stopping.count === 0) {
      try {
        const { sessions, links } = await this.round();
        if (sessions === BATCH || links === BATCH) continue;
      } catch (error) {
        this.logger.error({ err: error }, 'portal.not_swept');
      }
      await this.stopping.since(0, LOOK_MS);
    }
  }
}
