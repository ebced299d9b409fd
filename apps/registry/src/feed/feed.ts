import type { FeedChange } from '@sluice/contracts/webhook-feed';
import type { Clock } from '@sluice/service-kit/clock';
import type { DataSource } from 'typeorm';
import { WakeUp } from '../waiting/wake-up.js';
import type { FeedChanges, WebhookRow } from './feed-changes.js';
import type { FollowerLeases } from './follower-leases.js';

/** A page is decrypted in one go: this many take a few ten milliseconds. */
const PAGE = 2_000;
/** How often a waiting follower looks without being woken. */
const LOOK_MS = 1_000;

/** Ids are found by their form, so that not even a broken specification can stop the feed; null without any. */
const TABLE_OF = `case when page.specification is not null then (
  select jsonb_object_agg(part.id, part.table_id)
  from (
    select distinct named[1] as id from regexp_matches(page.specification, '(?:fld|viw)[0-9A-Za-z]{14}', 'g') named
  ) named
  join lateral (
    select id, table_id from registry.base_field where base_id = page.base_id and id = named.id
    union all
    select id, table_id from registry.base_view where base_id = page.base_id and id = named.id
  ) part on true
) end`;

/** What a dispatcher asks the feed. */
export interface FeedQuestion {
  dispatcher: string;
  /** What it has applied. */
  after: number;
  waitMs: number;
  limit: number;
  /** It reads everything for the first time: it starts nothing yet that a deletion would have to wait for. */
  starting?: boolean | undefined;
}

/** The next changes behind what the dispatcher has applied. */
export interface FeedPage {
  /** Where a follower stands that has applied the changes. */
  revision: number;
  changes: FeedChange[];
  more: boolean;
  /** How many dispatchers live, the asking one included. */
  dispatchers: number;
}

/** The change feed: the newest state of every webhook whose revision is higher than what a dispatcher has. */
export class Feed {
  /** To be rung when a new revision has committed. */
  readonly changed = new WakeUp();
  private readonly following = new Set<Promise<FeedPage>>();
  private stopped = false;

  constructor(
    private readonly database: DataSource,
    private readonly changes: FeedChanges,
    private readonly leases: FollowerLeases,
    private readonly clock: Clock,
  ) {}

  /** Of all that has been answered before this call, none has a higher one. */
  async revision(): Promise<number> {
    const [row] = await this.database.query<{ value: string }[]>('select value from registry.revision');
    return Number(row!.value);
  }

  /**
   * What comes after `after`; waits up to `waitMs` if that is nothing. The lease runs from before the reading; a dispatcher
   * that is `starting` has none yet, and nothing to share.
   */
  follow(question: FeedQuestion): Promise<FeedPage> {
    const answer = this.answer(question);
    this.following.add(answer);
    const settle = () => this.following.delete(answer);
    answer.then(settle, settle);
    return answer;
  }

  /** Whoever waits is answered now, and nobody waits any more. Resolves when they are answered: they still read the database. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.changed.ring();
    await Promise.allSettled(this.following);
  }

  private async answer({ dispatcher, after, waitMs, limit, starting = false }: FeedQuestion): Promise<FeedPage> {
    const deadlineMs = this.clock.monotonicMs() + waitMs;
    for (;;) {
      const { count } = this.changed;
      const dispatchers = starting ? 1 : await this.leases.report(dispatcher, after);
      const page = await this.read(after, Math.min(limit, PAGE));
      const leftMs = deadlineMs - this.clock.monotonicMs();
      if (page.changes.length > 0 || leftMs <= 0 || this.stopped) return { ...page, dispatchers };
      await this.changed.since(count, Math.min(leftMs, LOOK_MS));
    }
  }

  private async read(after: number, limit: number): Promise<Omit<FeedPage, 'dispatchers'>> {
    // One statement, so that the revision and the webhooks are of one moment.
    const rows = await this.database.query<({ current: string } & (WebhookRow | { id: null }))[]>(
      `select current.value as current, page.*, ${TABLE_OF} as table_of
       from registry.revision current
       left join lateral (
         select * from registry.webhook where revision > $1 order by revision limit $2
       ) page on true
       order by page.revision`,
      [after, limit + 1],
    );
    const current = Number(rows[0]!.current);
    // Without any change the outer join still gives one row, with nothing of a webhook in it.
    const changes = rows.slice(0, limit).flatMap((row) => (row.id === null ? [] : [this.changes.of(row)]));
    const more = rows.length > limit;
    return { revision: more ? changes.at(-1)!.revision : current, changes, more };
  }
}
