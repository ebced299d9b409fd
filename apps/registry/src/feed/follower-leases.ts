import type { Clock } from '@sluice/service-kit/clock';
import { ServiceUnavailable } from '@sluice/service-kit/service-unavailable';
import type { DataSource } from 'typeorm';
import { WakeUp } from '../waiting/wake-up.js';

/** Rung when a dispatcher has applied more than before, or left. */
export const FOLLOWER_CHANNEL = 'sluice_registry_follower';

const LEASE_MS = 5_000;
/** How often waiting looks without being woken: also the latest that a lease that ran out is noticed. */
const LOOK_MS = 250;
/** A living dispatcher that stays behind for longer is out of order: the caller is told so and may ask again. */
const PATIENCE_MS = 10_000;
/** Followers that have been gone for this long are forgotten. */
const FORGOTTEN_AFTER_MS = 60 * 60 * 1_000;

/**
 * Which dispatchers live, and what they have applied (docs/architecture.md section 4, "Revisions"). Leases are by the
 * database's clock.
 *
 * A report is committed before the feed is read for the answer to it. So a wait that does not see the report began
 * before the reading, and the reading then contains the revision that is waited for: nobody answers for an index that
 * is still being fetched.
 */
export class FollowerLeases {
  /** To be rung on {@link FOLLOWER_CHANNEL}. */
  readonly progress = new WakeUp();
  private underWay: Promise<number> | null = null;
  private next: Promise<number> | null = null;

  constructor(
    private readonly database: DataSource,
    private readonly clock: Clock,
  ) {}

  /** The dispatcher lives for 5 s more, and stands at `revision`. Answers how many live, it included. */
  async report(dispatcher: string, revision: number): Promise<number> {
    const [row] = await this.database.query<{ others: number }[]>(
      `with before as (select revision from registry.follower where dispatcher = $1),
         reported as (
           insert into registry.follower (dispatcher, revision, lease_until)
           values ($1, $2, clock_timestamp() + $3 * interval '1 millisecond')
           on conflict (dispatcher) do update set revision = excluded.revision, lease_until = excluded.lease_until)
       select (select pg_notify('${FOLLOWER_CHANNEL}', '') from before where before.revision < $2),
         (select count(*)::int from registry.follower
          where dispatcher <> $1 and lease_until > clock_timestamp() + $4 * interval '1 millisecond') as others`,
      [dispatcher, revision, LEASE_MS + this.clock.shiftMs, this.clock.shiftMs],
    );
    return 1 + row!.others;
  }

  /** Nobody needs to wait for it any more. */
  async leave(dispatcher: string): Promise<void> {
    await this.database.query(
      `with gone as (
         delete from registry.follower
         where dispatcher = $1 or lease_until < clock_timestamp() + $2 * interval '1 millisecond')
       select pg_notify('${FOLLOWER_CHANNEL}', '')`,
      [dispatcher, this.clock.shiftMs - FORGOTTEN_AFTER_MS],
    );
  }

  /**
   * Resolves when every living dispatcher has applied the revision.
   *
   * @throws {ServiceUnavailable} when one lives on for 10 s without doing so.
   */
  async applied(revision: number): Promise<void> {
    const deadlineMs = this.clock.monotonicMs() + PATIENCE_MS;
    for (;;) {
      const { count } = this.progress;
      if ((await this.lowest()) >= revision) return;
      if (this.clock.monotonicMs() >= deadlineMs) {
        throw new ServiceUnavailable(`a dispatcher has not applied revision ${revision} within ${PATIENCE_MS} ms`);
      }
      await this.progress.since(count, LOOK_MS);
    }
  }

  /** One look is under way at a time, and who comes meanwhile shares the next: a thousand deletions wait with few statements. */
  private lowest(): Promise<number> {
    if (this.underWay === null) {
      this.underWay = this.look().finally(() => {
        this.underWay = null;
      });
      return this.underWay;
    }
    const again = (): Promise<number> => {
      this.next = null;
      return this.lowest();
    };
    this.next ??= this.underWay.then(again, again);
    return this.next;
  }

  private async look(): Promise<number> {
    const [row] = await this.database.query<{ lowest: string | null }[]>(
      `select min(revision) as lowest from registry.follower
       where lease_until > clock_timestamp() + $1 * interval '1 millisecond'`,
      [this.clock.shiftMs],
    );
    return row?.lowest == null ? Number.POSITIVE_INFINITY : Number(row.lowest);
  }
}
