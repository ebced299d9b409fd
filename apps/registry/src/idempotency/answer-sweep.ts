import type { Clock } from '@sluice/service-kit/clock';
import type { Logger } from '@sluice/service-kit/logger';
import { Rounds } from '@sluice/service-kit/rounds';
import type { DataSource } from 'typeorm';

const LOOK_MS = 60_000;
const BATCH = 1_000;

const FORGET = `
  with forgotten as (
    delete from registry.idempotent_request where (account_id, key) in (
      select account_id, key from registry.idempotent_request
      where expires_at <= clock_timestamp() + $1 * interval '1 millisecond'
      order by expires_at limit $2 for update skip locked)
    returning 1)
  select count(*)::int as count from forgotten`;

/** Forgets answers whose 24 h are over; nobody is given them any more. Any number of registries share the work. */
export class AnswerSweep {
  private readonly rounds: Rounds;

  constructor(
    private readonly database: DataSource,
    private readonly clock: Clock,
    logger: Logger,
  ) {
    this.rounds = new Rounds({
      round: async () => {
        if ((await this.round()) === BATCH) this.rounds.wake();
      },
      idleMs: LOOK_MS,
      failed: (error) => logger.error({ err: error }, 'answers.not_forgotten'),
    });
  }

  start(): void {
    this.rounds.start();
  }

  /** Resolves when nothing is under way any more. */
  stop(): Promise<void> {
    return this.rounds.stop();
  }

  /** Answers how many it forgot, at most 1,000. */
  async round(): Promise<number> {
    const [row] = await this.database.query<{ count: number }[]>(FORGET, [this.clock.shiftMs, BATCH]);
    return row!.count;
  }
}
