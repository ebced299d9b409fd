import { reasonOf } from './failures.js';
import { type FetchClient, type Fetched, FetchOutOfRange } from './fetch-client.js';
import { type KafkaLog, times } from './settings.js';

/** Who wants records, and takes them. */
export interface FetchTarget {
  readonly partition: number;
  /** Position to fetch from, null while nothing is wanted. */
  readonly wants: bigint | null;
  accept(from: bigint, fetched: Fetched): void;
  outOfRange(from: bigint): Promise<void>;
}

const pauseAfterFailureMs = { first: 100, longest: 2_000 };

/**
 * Fetches for all targets that want records: one request under way for each node that leads some, a new one as soon as its
 * answer is there. A target that wants nothing costs nothing and holds nobody up.
 */
export class FetchLoop {
  readonly #busy = new Set<number>();
  #pauseMs = 0;
  #looking = false;
  #again = false;
  #stopped = false;
  #failure: { message: string; since: number } | null = null;

  constructor(
    private readonly client: FetchClient,
    private readonly topic: string,
    private readonly logger: KafkaLog | undefined,
    private readonly targets: () => Iterable<FetchTarget>,
  ) {}

  /** Null while fetches are answered. */
  problem(): string | null {
    if (!this.#failure || performance.now() - this.#failure.since < times.fetchWait * 10) return null;
    return `records can't be fetched: ${this.#failure.message}`;
  }

  /** Something may be wanted now. */
  wake(): void {
    this.#again = true;
    if (!this.#looking && !this.#stopped) void this.#look();
  }

  /** Fetches go on over new connections. */
  reconnect(): void {
    this.client.discard();
  }

  stop(): void {
    this.#stopped = true;
    this.client.discard();
  }

  async #look(): Promise<void> {
    this.#looking = true;
    while (this.#again && !this.#stopped) {
      this.#again = false;
      try {
        if (this.#pauseMs > 0) await new Promise((resolve) => setTimeout(resolve, this.#pauseMs));
        const wanting = [...this.targets()].filter(({ wants }) => wants !== null);
        if (wanting.length === 0) continue;
        const leaders = await this.client.leaders();
        for (const [node, targets] of groupByLeader(wanting, leaders)) {
          if (!this.#busy.has(node)) void this.#fetchFrom(node, targets);
        }
        const orphan = wanting.find(({ partition }) => !hasLeader(leaders, partition));
        if (orphan) throw new Error(`partition ${orphan.partition} has no leader`);
      } catch (error) {
        this.#fail(error);
        this.#again = true;
      }
    }
    this.#looking = false;
  }

  async #fetchFrom(node: number, targets: readonly FetchTarget[]): Promise<void> {
    const asked = new Map<number, { target: FetchTarget; from: bigint }>();
    for (const target of targets)
      if (target.wants !== null) asked.set(target.partition, { target, from: target.wants });
    this.#busy.add(node);
    try {
      const wanted = [...asked].map(([partition, { from }]) => ({ partition, from }));
      for (const answer of await this.client.fetch(node, wanted, times.fetchWait)) {
        const { target, from } = asked.get(answer.partition) ?? {};
        if (target && from !== undefined) target.accept(from, answer);
      }
      this.#failure = null;
      this.#pauseMs = 0;
    } catch (error) {
      const lost = error instanceof FetchOutOfRange ? asked.get(error.partition) : undefined;
      try {
        if (!lost) throw error;
        await lost.target.outOfRange(lost.from);
      } catch (failure) {
        this.#fail(failure);
      }
    } finally {
      this.#busy.delete(node);
      this.wake();
    }
  }

  #fail(error: unknown): void {
    const message = reasonOf(error, { operation: 'Read', topics: [this.topic] });
    if (message !== this.#failure?.message) {
      this.logger?.warn({ topic: this.topic, reason: message }, "records can't be fetched");
    }
    this.#failure = { message, since: this.#failure?.since ?? performance.now() };
    this.#pauseMs = Math.min(Math.max(this.#pauseMs * 2, pauseAfterFailureMs.first), pauseAfterFailureMs.longest);
  }
}

const hasLeader = (leaders: ReadonlyMap<number, number>, partition: number): boolean =>
  (leaders.get(partition) ?? -1) >= 0;

function groupByLeader(
  targets: readonly FetchTarget[],
  leaders: ReadonlyMap<number, number>,
): Map<number, FetchTarget[]> {
  const groups = new Map<number, FetchTarget[]>();
  for (const target of targets) {
    const leader = leaders.get(target.partition);
    if (leader === undefined || leader < 0) continue;
    const group = groups.get(leader);
    if (group) group.push(target);
    else groups.set(leader, [target]);
  }
  return groups;
}
