import type { PartitionRange, StreamConsumer, Subscription } from '../event-stream.js';
import { Gather } from '../gather.js';
import { FetchClient, type FetchMode } from './fetch-client.js';
import { FetchLoop } from './fetch-loop.js';
import { Membership } from './membership.js';
import { PartitionFeed } from './partition-feed.js';
import { PositionCommits } from './position-commits.js';
import { type KafkaSettings, times } from './settings.js';
import type { KafkaTopics } from './topics.js';
import { within } from './within.js';

const superviseEveryMs = 1_000;
/** A fetch is answered ten times a second, be it with nothing. */
const standsStillAfterMs = 10_000;
const rejoinAfterMs = { first: 200, longest: 5_000 };

/** A consumer that heals by itself: it replaces memberships that ended and connections that fell silent. */
export class KafkaConsumer implements StreamConsumer {
  readonly #feeds = new Map<number, PartitionFeed>();
  /** Partitions whose former feed is still with the handler. */
  readonly #closing = new Map<number, Promise<void>>();
  /** Partitions whose positions are this member's to tell. */
  readonly #own = new Set<number>();
  readonly #commits = new PositionCommits(async (positions) => {
    if (this.#memberId === null) throw new Error('there is no membership');
    await this.#membership.commit(positions);
  });
  readonly #fetchLoop: FetchLoop;
  /** One question for all that are claimed at the same time, asked after they were claimed. */
  readonly #ranges: Gather<number, PartitionRange>;
  readonly #supervision: NodeJS.Timeout;
  #membership: Membership;
  #memberId: string | null = null;
  /** Why the last membership ended, until a new one has joined. */
  #ended: string | null = null;
  #rejoining: NodeJS.Timeout | null = null;
  #rejoinAfterMs: number = rejoinAfterMs.first;
  #stopped: Promise<void> | null = null;

  constructor(
    private readonly settings: KafkaSettings,
    private readonly subscription: Subscription,
    topics: KafkaTopics,
    mode?: FetchMode,
  ) {
    const { topic } = subscription;
    const client = new FetchClient(settings, topic, mode);
    this.#fetchLoop = new FetchLoop(client, topic, settings.logger, () => this.#feeds.values());
    this.#ranges = new Gather(
      async (partitions) => {
        const ranges = new Map((await topics.ranges(topic)).map((range) => [range.partition, range]));
        return partitions.map((partition) => ranges.get(partition) ?? { partition, first: 0n, end: 0n });
      },
      { items: Number.POSITIVE_INFINITY, bytes: Number.POSITIVE_INFINITY },
    );
    this.#membership = this.#join();
    this.#supervision = setInterval(() => this.#supervise(), superviseEveryMs);
  }

  problem(): string | null {
    if (this.#stopped) return 'stopped';
    const problems = [
      this.#ended !== null ? `the membership ended: ${this.#ended}` : this.#membership.problem(),
      this.#fetchLoop.problem(),
    ];
    for (const feed of this.#feeds.values()) {
      problems.push(feed.problem());
      if (feed.stillForMs > standsStillAfterMs) problems.push(`partition ${feed.partition} stands still`);
    }
    return problems.filter((problem) => problem !== null).join('; ') || null;
  }

  held(): ReadonlyMap<number, { epoch: bigint; lag: bigint | null }> {
    const held = new Map<number, { epoch: bigint; lag: bigint | null }>();
    for (const { partition, held: state } of this.#feeds.values()) if (state) held.set(partition, state);
    return held;
  }

  /** Of the partitions held now, the position that the next record will get, as last told. */
  ends(): ReadonlyMap<number, bigint> {
    return new Map([...this.#feeds.values()].flatMap(({ partition, end }) => (end === null ? [] : [[partition, end]])));
  }

  /** Of a partition that went elsewhere it is ignored: its new owner may be further. */
  hint(partition: number, position: bigint): void {
    if (this.#own.has(partition)) this.#commits.set(partition, position);
  }

  /** Resolves when the broker has what was hinted of the partition. */
  hintStored(partition: number): Promise<void> {
    return within(times.request, 'storing the position', this.#commits.flush(partition));
  }

  stop(): Promise<void> {
    this.#stopped ??= Promise.resolve().then(() => this.#stop());
    return this.#stopped;
  }

  async #stop(): Promise<void> {
    clearInterval(this.#supervision);
    clearTimeout(this.#rejoining ?? undefined);
    this.#release([...this.#feeds.keys()]);
    await Promise.all(this.#closing.values());
    // What kafkajs still tries afterwards ends with the membership's connections.
    await within(times.request, 'storing the last positions', this.#commits.flush()).catch(this.#notStored);
    await this.#membership.leave();
    this.#fetchLoop.stop();
  }

  #join(): Membership {
    return new Membership(this.settings, this.subscription, {
      assigned: (memberId, partitions) => this.#assigned(memberId, partitions),
      lost: (reason) => this.#rejoin(reason),
    });
  }

  #assigned(memberId: string, partitions: readonly number[]): void {
    if (this.#stopped) return;
    this.#rejoinAfterMs = rejoinAfterMs.first;
    this.#ended = null;
    // Every member takes part in every agreement, so under the same id what stayed was never anybody else's.
    const stayed = memberId === this.#memberId ? new Set(partitions) : new Set<number>();
    this.#memberId = memberId;
    this.#release([...this.#feeds.keys()].filter((partition) => !stayed.has(partition)));
    for (const partition of partitions) if (!this.#feeds.has(partition)) this.#open(partition);
  }

  #rejoin(reason: string): void {
    if (this.#stopped) return;
    const { group, topic } = this.subscription;
    this.settings.logger?.warn({ group, topic, reason }, 'the membership in the group ended, joining anew');
    this.#memberId = null;
    this.#release([...this.#feeds.keys()]);
    this.#commits.abandon();
    this.#ended = reason;
    this.#rejoining = setTimeout(() => {
      this.#rejoining = null;
      this.#membership = this.#join();
    }, this.#rejoinAfterMs);
    this.#rejoinAfterMs = Math.min(this.#rejoinAfterMs * 2, rejoinAfterMs.longest);
  }

  #open(partition: number): void {
    const { topic, handler } = this.subscription;
    const feeding = {
      topic,
      partition,
      handler,
      range: async () => (await this.#ranges.add([partition], 0))[0] ?? { partition, first: 0n, end: 0n },
      wanted: () => this.#fetchLoop.wake(),
      failed: (error: unknown, what: string) => this.settings.logger?.warn({ err: error, topic, partition }, what),
    };
    const before = (this.#closing.get(partition) ?? Promise.resolve()).then(() => {
      if (this.#feeds.has(partition)) this.#own.add(partition);
    });
    this.#feeds.set(partition, new PartitionFeed(feeding, before));
  }

  #release(partitions: readonly number[]): void {
    for (const partition of partitions) {
      const feed = this.#feeds.get(partition);
      if (!feed) continue;
      this.#feeds.delete(partition);
      // At stop the last hints are stored when all is released; elsewhere the partition is somebody else's by then.
      if (!this.#stopped) {
        this.#own.delete(partition);
        this.#commits.drop(partition);
      }
      const closed = feed.close().finally(() => {
        if (this.#closing.get(partition) === closed) this.#closing.delete(partition);
      });
      this.#closing.set(partition, closed);
    }
  }

  #supervise(): void {
    this.#membership.check();
    const feeds = [...this.#feeds.values()];
    const still = feeds.filter(({ stillForMs }) => stillForMs > standsStillAfterMs);
    if (still.length > 0) {
      const partitions = still.map(({ partition }) => partition);
      this.settings.logger?.warn({ partitions }, 'partitions stand still, fetching over new connections');
      this.#fetchLoop.reconnect();
    }
    void this.#learnEnds(feeds.filter(({ held, wants }) => held && wants === null));
    this.#commits.send().catch(this.#notStored);
  }

  /** What is fetched tells its end; of what is held back the end is asked for. */
  async #learnEnds(feeds: readonly PartitionFeed[]): Promise<void> {
    if (feeds.length === 0) return;
    const partitions = feeds.map(({ partition }) => partition);
    const ranges = await this.#ranges.add(partitions, 0).catch(() => []);
    for (const [index, range] of ranges.entries()) feeds[index]?.sawEnd(range.end);
  }

  readonly #notStored = (error: unknown): void => {
    this.settings.logger?.debug({ err: error }, 'positions were not stored');
  };
}
