import { randomUUID } from 'node:crypto';
import type { StreamConnections } from './connections.js';
import type { Topic } from './topics.js';

/** A member that gave no sign of life for so long is gone, by the database's clock. */
const SESSION = "interval '10 seconds'";

export interface GroupView {
  /** Stable names of the members that live. */
  members: string[];
  /** Partitions whose assignment names a member, dead ones included. */
  assigned: Map<number, { member: string; mine: boolean }>;
  /** Partitions on which this group fell behind half of the retention. */
  behind: number[];
}

/**
 * One member's dealings with its group's tables. A process has an incarnation of its own: the newest one of a name is
 * the member, so that a restart takes its partitions at once and a forgotten former process notices.
 */
export class GroupMembership {
  #incarnation = randomUUID();
  #joined = false;

  constructor(
    private readonly connections: StreamConnections,
    private readonly topic: Topic,
    private readonly group: string,
    private readonly member: string,
  ) {}

  /** A sign of life. Answers whether the name is ours: false while a newer process has it and lives. */
  async beat(): Promise<boolean> {
    const rows = await this.connections.control.rows<{ fresh: boolean }>(
      `insert into stream.member as m (group_name, topic_id, member, incarnation, heartbeat_at)
         values ($1, $2, $3, $4, clock_timestamp())
         on conflict (group_name, topic_id, member)
           do update set incarnation = excluded.incarnation, heartbeat_at = excluded.heartbeat_at
           where m.incarnation = excluded.incarnation or $5 or m.heartbeat_at < clock_timestamp() - ${SESSION}
         returning true as mine`,
      [this.group, this.topic.id, this.member, this.#incarnation, !this.#joined],
    );
    if (rows.length === 0) return false;
    if (!this.#joined) {
      await this.#register();
      this.#joined = true;
      await this.#ring();
    }
    return true;
  }

  async view(): Promise<GroupView> {
    const members = await this.connections.control.rows<{ member: string }>(
      `select member from stream.member
         where group_name = $1 and topic_id = $2 and heartbeat_at >= clock_timestamp() - ${SESSION}`,
      [this.group, this.topic.id],
    );
    const assigned = await this.connections.control.rows<{ partition: number; member: string; mine: boolean }>(
      `select partition, member, incarnation = $3 as mine from stream.assignment
         where group_name = $1 and topic_id = $2`,
      [this.group, this.topic.id, this.#incarnation],
    );
    const behind = await this.connections.control.rows<{ partition: number }>(
      'select partition from stream.progress where group_name = $1 and topic_id = $2 and behind_since is not null',
      [this.group, this.topic.id],
    );
    return {
      members: members.map(({ member }) => member),
      assigned: new Map(assigned.map(({ partition, member, mine }) => [partition, { member, mine }])),
      behind: behind.map(({ partition }) => partition),
    };
  }

  /** Takes those of the partitions that nobody living holds, and answers them. */
  async take(partitions: readonly number[]): Promise<number[]> {
    const rows = await this.connections.control.rows<{ partition: number }>(
      `insert into stream.assignment as a (group_name, topic_id, partition, member, incarnation)
         select $1, $2, partition, $3, $4 from unnest($5::int[]) partition order by partition
         on conflict (group_name, topic_id, partition)
           do update set member = excluded.member, incarnation = excluded.incarnation
           where a.incarnation = excluded.incarnation or not exists (
             select 1 from stream.member m
               where m.group_name = a.group_name and m.topic_id = a.topic_id and m.member = a.member
                 and m.incarnation = a.incarnation and m.heartbeat_at >= clock_timestamp() - ${SESSION})
         returning partition`,
      [this.group, this.topic.id, this.member, this.#incarnation, partitions],
    );
    return rows.map(({ partition }) => partition);
  }

  async give(partition: number): Promise<void> {
    await this.connections.control.rows(
      `delete from stream.assignment
         where group_name = $1 and topic_id = $2 and partition = $3 and incarnation = $4`,
      [this.group, this.topic.id, partition, this.#incarnation],
    );
    await this.#ring();
  }

  async leave(): Promise<void> {
    const mine = [this.group, this.topic.id, this.#incarnation];
    const where = 'where group_name = $1 and topic_id = $2 and incarnation = $3';
    await this.connections.control.rows(`delete from stream.assignment ${where}`, mine);
    await this.connections.control.rows(`delete from stream.member ${where}`, mine);
    await this.#ring();
  }

  /** How far the group got: what retention and tools go by. Never goes back. */
  async record(progress: ReadonlyMap<number, bigint>): Promise<void> {
    await this.connections.control.rows(
      `update stream.progress p set position = greatest(p.position, w.position)
         from unnest($3::int[], $4::bigint[]) w(partition, position)
         where p.group_name = $1 and p.topic_id = $2 and p.partition = w.partition`,
      [this.group, this.topic.id, [...progress.keys()], [...progress.values()]],
    );
  }

  /** From now on the group is known: retention waits for it, from what the log holds now. */
  async #register(): Promise<void> {
    await this.connections.control.rows(
      `insert into stream.progress (group_name, topic_id, partition, position)
         select $1, topic_id, partition, first_position from stream.partition where topic_id = $2
         on conflict do nothing`,
      [this.group, this.topic.id],
    );
  }

  async #ring(): Promise<void> {
    await this.connections.control.rows("select pg_notify('sluice_stream', $1)", [
      `group ${this.topic.id} ${this.group}`,
    ]);
  }
}
