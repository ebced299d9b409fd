import { setTimeout as sleep } from 'node:timers/promises';
import type { PartitionHandler, StreamConsumer, Subscription } from '../event-stream.js';
import { rendezvousOwner } from '../rendezvous.js';
import type { StreamLog } from '../stream-log.js';
import type { Bell } from './bell.js';
import type { StreamConnections } from './connections.js';
import { GroupMembership, type GroupView } from './group.js';
import { PartitionReader } from './partition-reader.js';
import type { LogReader } from './read.js';
import type { Topic } from './topics.js';

const BEAT_MS = 2_000;
const RETRY_MS = 250;
/** After an outage everybody looks dead at first: so long the others get to beat again before their partitions are taken. */
const GRACE_MS = 3_000;
/** How long stop waits for the database to be told. Without it the session runs out by itself. */
const LEAVE_MS = 3_000;

/** A member of a group: keeps its membership alive, and holds the partitions that fall to it. */
export class PostgresConsumer implements StreamConsumer {
  #membership: GroupMembership;
  #partitions = new Map<number, PartitionReader>();
  /** Partitions on their way out, each with the end of it. */
  #leaving = new Map<number, Promise<void>>();
  #hints = new Map<number, bigint>();
  #problem: string | null = 'not joined yet';
  #behind: number[] = [];
  #lastOutageMs = Number.NEGATIVE_INFINITY;
  #stopped: Promise<void> | null = null;
  #over = false;
  #pause = new AbortController();
  #running: Promise<void>;
  #unfollow: () => void;

  constructor(
    connections: StreamConnections,
    private readonly topic: Topic,
    private readonly subscription: Subscription,
    private readonly reader: LogReader,
    private readonly bell: Bell,
    private readonly log: StreamLog,
  ) {
    this.#membership = new GroupMembership(connections, topic, subscription.group, subscription.member);
    this.#unfollow = bell.follow(topic.id, subscription.group, () => this.#pause.abort());
    this.#running = this.#run();
  }

  problem(): string | null {
    const problems = [
      this.#problem,
      this.bell.problem(),
      ...[...this.#partitions.values()].map((each) => each.problem()),
    ].filter((problem) => problem !== null);
    if (this.#behind.length > 0) {
      const partitions = this.#behind.join(', ');
      problems.push(`${this.topic.name}: behind by more than half of the retention on partitions ${partitions}`);
    }
    return problems.length > 0 ? problems.join('; ') : null;
  }

  held(): ReadonlyMap<number, { epoch: bigint; lag: bigint | null }> {
    const held = new Map<number, { epoch: bigint; lag: bigint | null }>();
    for (const [partition, each] of this.#partitions) {
      const state = each.held();
      if (state !== null) held.set(partition, state);
    }
    return held;
  }

  hint(partition: number, position: bigint): void {
    this.#hints.set(partition, position);
  }

  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  /** The heartbeat goes on until the handler has let everything go, which may take longer than a session. */
  async #stop(): Promise<void> {
    for (const partition of this.#partitions.keys()) this.#giveBack(partition);
    while (this.#leaving.size > 0) await Promise.all(this.#leaving.values());
    this.#over = true;
    this.#pause.abort();
    this.#unfollow();
    const told = this.#running.then(() => this.#recordHints()).then(() => this.#membership.leave());
    await Promise.race([told.catch(() => undefined), sleep(LEAVE_MS, undefined, { ref: false })]);
  }

  async #run(): Promise<void> {
    while (!this.#over) {
      this.#pause = new AbortController();
      const pauseMs = (await this.#beat()) ? BEAT_MS : RETRY_MS;
      if (!this.#over) await sleep(pauseMs, undefined, { signal: this.#pause.signal }).catch(() => undefined);
    }
  }

  async #beat(): Promise<boolean> {
    try {
      if (await this.#membership.beat()) {
        const view = await this.#membership.view();
        this.#behind = view.behind;
        await this.#follow(view);
        this.#problem = null;
      } else {
        this.#problem = `another process has joined ${this.subscription.group} as ${this.subscription.member}`;
        for (const partition of this.#partitions.keys()) this.#giveBack(partition);
      }
      await this.#recordHints();
      return true;
    } catch (error) {
      this.#lastOutageMs = performance.now();
      const problem = `the group can't be reached: ${(error as Error).message}`;
      if (problem !== this.#problem) this.log.warn({ topic: this.topic.name, error: problem }, 'stream.group.lost');
      this.#problem = problem;
      return false;
    }
  }

  /** Gives back what falls to others or was taken by them, takes what falls to this member and is free. */
  async #follow({ members, assigned }: GroupView): Promise<void> {
    if (this.#stopped !== null) return;
    const living = new Set(members);
    if (performance.now() - this.#lastOutageMs < GRACE_MS) {
      for (const { member } of assigned.values()) living.add(member);
    }
    const wanted: number[] = [];
    for (let partition = 0; partition < this.topic.partitions; partition += 1) {
      const falls = rendezvousOwner(living, partition) === this.subscription.member;
      const assignedHere = assigned.get(partition)?.mine ?? false;
      if (this.#partitions.has(partition)) {
        if (!falls || !assignedHere) this.#giveBack(partition);
      } else if (falls) wanted.push(partition);
      // An earlier attempt to give it up may have met an outage.
      else if (assignedHere) await this.#membership.give(partition);
    }
    if (wanted.length === 0) return;
    const taken = await this.#membership.take(wanted);
    if (this.#stopped === null) for (const partition of taken) this.#open(partition);
  }

  #open(partition: number): void {
    this.log.info({ topic: this.topic.name, partition, member: this.subscription.member }, 'stream.partition.taken');
    this.#partitions.set(
      partition,
      new PartitionReader(this.topic, partition, this.#handler(), this.reader, this.bell, this.log),
    );
  }

  /** What the owner claims from is settled before it: a process that was killed may not have come to tell. */
  #handler(): PartitionHandler {
    const { handler } = this.subscription;
    return {
      claim: async (partition) => {
        const claimed = await handler.claim(partition);
        if (claimed.position !== null) this.hint(partition, claimed.position);
        return claimed;
      },
      records: (partition, epoch, records) => handler.records(partition, epoch, records),
      release: (partition, epoch) => handler.release(partition, epoch),
    };
  }

  /** In the background: the heartbeat goes on meanwhile, and the assignment stays until the handler has let go. */
  #giveBack(partition: number): void {
    if (this.#leaving.has(partition)) return;
    const leave = async (): Promise<void> => {
      await this.#partitions.get(partition)?.end();
      this.#partitions.delete(partition);
      this.log.info({ topic: this.topic.name, partition, member: this.subscription.member }, 'stream.partition.given');
      try {
        // Others go by the recorded position only where the handler keeps none of its own.
        await this.#recordHints();
        await this.#membership.give(partition);
      } catch (error) {
        this.log.warn({ partition, error: (error as Error).message }, 'stream.partition.give_failed');
      }
    };
    this.#leaving.set(
      partition,
      leave().finally(() => this.#leaving.delete(partition)),
    );
  }

  async #recordHints(): Promise<void> {
    if (this.#hints.size === 0) return;
    const hints = this.#hints;
    this.#hints = new Map();
    try {
      await this.#membership.record(hints);
    } catch (error) {
      this.#hints = new Map([...hints, ...this.#hints]);
      throw error;
    }
  }
}
