import type { StreamLog } from '../stream-log.js';
import type { StreamConnections } from './connections.js';

const DAYS_AHEAD = 3;
const EVERY_MS = 60 * 60 * 1_000;
/** Any number, as long as nothing else in the database locks it. */
const MAINTENANCE_LOCK = 5_781_460_002;

interface Day {
  table: string;
  /** ISO date, UTC. */
  day: string;
}

/**
 * The log's tables, one a day: made ahead, dropped when they are older than the retention and every known group has
 * passed them. A day that some group has not passed goes only when that group's alarm (raised at half of the retention,
 * see `behind_since`) has stood for half of the retention.
 */
export class Retention {
  #timer: NodeJS.Timeout | undefined;

  /** @param clock shifted by tests; everything is reckoned by the database's clock plus the shift. */
  constructor(
    private readonly connections: StreamConnections,
    private readonly days: number,
    private readonly clock: { readonly shiftMs: number },
    private readonly log: StreamLog,
  ) {}

  /** Maintains now and every hour; a failure is logged and mended the next time. */
  async start(): Promise<void> {
    await this.createDays();
    const maintain = (): void => {
      this.maintain().catch((error: Error) => this.log.error({ error: error.message }, 'stream.retention.failed'));
    };
    this.#timer = setInterval(maintain, EVERY_MS);
    this.#timer.unref();
    maintain();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  async maintain(): Promise<void> {
    await this.createDays();
    await this.#markBehind();
    for (const day of await this.#expired()) if (!(await this.#drop(day))) break;
    await this.connections.control.rows(
      "delete from stream.member where heartbeat_at < clock_timestamp() - interval '1 day'",
    );
  }

  /** Today, the days ahead, and the day of the youngest record: time never goes back in the log, though a clock may. */
  async createDays(): Promise<void> {
    await this.connections.control.transaction(async (client) => {
      await client.query('select pg_advisory_xact_lock($1)', [MAINTENANCE_LOCK]);
      const { rows } = await client.query<Day & { next: string }>(
        `select 'record_' || to_char(day, 'YYYYMMDD') as table, day::text, (day + 1)::text as next from (
           select (clock_timestamp() + $1 * interval '1 millisecond') at time zone 'utc' + n * interval '1 day'
             from generate_series(0, $2) n
           union all
           select max(last_appended_at) at time zone 'utc' from stream.partition where isfinite(last_appended_at)
         ) moments(moment), lateral (select moment::date) days(day)
         where moment is not null and to_regclass('stream.record_' || to_char(day, 'YYYYMMDD')) is null
         group by day order by day`,
        [this.clock.shiftMs, DAYS_AHEAD],
      );
      for (const { table, day, next } of rows) {
        // Made apart and attached: that waits for nobody who reads or writes the log.
        await client.query(`create table stream.${table} (like stream.record including all)`);
        await client.query(
          `alter table stream.record attach partition stream.${table}
             for values from ('${day} 00:00:00+00') to ('${next} 00:00:00+00')`,
        );
      }
    });
  }

  async #markBehind(): Promise<void> {
    const changed = await this.connections.control.rows<{ group_name: string; name: string; behind: boolean }>(
      `update stream.progress g set behind_since =
           case when w.behind then clock_timestamp() + $1 * interval '1 millisecond' end
         from (
           select p.group_name, p.topic_id, p.partition, coalesce((
               select r.appended_at < clock_timestamp() + $1 * interval '1 millisecond' - $2 * interval '12 hours'
                 from stream.record r
                 where r.topic_id = p.topic_id and r.partition = p.partition
                   and r.position = greatest(p.position, s.first_position)), false) as behind
             from stream.progress p join stream.partition s using (topic_id, partition)
         ) w, stream.topic t
         where g.group_name = w.group_name and g.topic_id = w.topic_id and g.partition = w.partition
           and t.id = g.topic_id and w.behind <> (g.behind_since is not null)
         returning g.group_name, t.name, w.behind`,
      [this.clock.shiftMs, this.days],
    );
    for (const { group_name: group, name: topic, behind } of changed) {
      if (behind) this.log.error({ group, topic, retentionDays: this.days }, 'stream.group.behind');
      else this.log.info({ group, topic }, 'stream.group.caught_up');
    }
  }

  /** Oldest first. */
  #expired(): Promise<Day[]> {
    return this.connections.control.rows<Day>(
      `select c.relname as table, to_date(right(c.relname, 8), 'YYYYMMDD')::text as day
         from pg_inherits i join pg_class c on c.oid = i.inhrelid
         where i.inhparent = 'stream.record'::regclass
           and to_date(right(c.relname, 8), 'YYYYMMDD') + 1
             <= (clock_timestamp() + $1 * interval '1 millisecond' - $2 * interval '1 day') at time zone 'utc'
         order by 2`,
      [this.clock.shiftMs, this.days],
    );
  }

  /** Answers whether it is gone. The oldest kept positions move in the same transaction. */
  async #drop({ table, day }: Day): Promise<boolean> {
    return this.connections.control.transaction(async (client) => {
      await client.query("set local lock_timeout = '2s'");
      await client.query('select pg_advisory_xact_lock($1)', [MAINTENANCE_LOCK]);
      const { rows: present } = await client.query('select 1 where to_regclass($1) is not null', [`stream.${table}`]);
      if (present.length === 0) return true;
      const past = `
        select p.topic_id, p.partition, max.position + 1 as position from stream.partition p, lateral (
          select r.position from stream.${table} r where r.topic_id = p.topic_id and r.partition = p.partition
            order by r.position desc limit 1) max`;
      const { rows: behind } = await client.query<{ group_name: string; overdue: boolean }>(
        `select g.group_name, coalesce(bool_and(g.behind_since <=
             clock_timestamp() + $1 * interval '1 millisecond' - $2 * interval '12 hours'), false) as overdue
           from stream.progress g join (${past}) past using (topic_id, partition)
           where g.position < past.position group by g.group_name`,
        [this.clock.shiftMs, this.days],
      );
      const groups = behind.map(({ group_name: group }) => group);
      if (behind.some(({ overdue }) => !overdue)) {
        this.log.error({ day, groups }, 'stream.day.kept_for_groups_behind');
        return false;
      }
      // In the order in which publishers take these locks, and before the table's: neither waits for the other in a circle.
      await client.query('select 1 from stream.partition order by topic_id, partition for no key update');
      await client.query(
        `update stream.partition p set first_position = greatest(p.first_position, past.position)
           from (${past}) past where past.topic_id = p.topic_id and past.partition = p.partition`,
      );
      await client.query(`drop table stream.${table}`);
      if (groups.length > 0) this.log.error({ day, groups }, 'stream.day.dropped_unread');
      else this.log.info({ day }, 'stream.day.dropped');
      return true;
    });
  }
}
