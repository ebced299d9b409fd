import type { Consumer } from 'kafkajs';
import { KafkaClient } from './client.js';
import { clusterOf } from './cluster.js';
import { reasonOf } from './failures.js';
import { rendezvousAssigner } from './rendezvous-assigner.js';
import { type KafkaSettings, times } from './settings.js';
import { within } from './within.js';

/** Without a sign of life for so long the membership is given up; joining alone may take a session and a rebalance. */
const silentAfterMs = times.session + times.rebalance + times.request;
/** How long the coordinator may take: a heartbeat is quick, a rebalance waits for the session of a member that died. */
const patienceMs = { beating: 3 * times.heartbeat, rebalancing: times.session + times.request };

/** Kafka's number for the coordinator of a group, not of a transaction. */
const groupCoordinator = 0;

/** What kafkajs' types leave out. */
interface KnowsCoordinators {
  findGroupCoordinator(asked: { groupId: string; coordinatorType: number }): Promise<unknown>;
}

export interface MembershipEvents {
  /** The group has agreed: these partitions are this member's. The id is new when the former membership had ended. */
  assigned(memberId: string, partitions: readonly number[]): void;
  /** This membership is over; it needs a new one to go on. Comes once. */
  lost(reason: string): void;
}

/**
 * One membership in a group: kafkajs' consumer joins, beats and tells the assignment; all its partitions stay paused, for
 * the records are fetched by {@link FetchLoop} (docs/kafka.md says why).
 */
export class Membership {
  readonly #client: KafkaClient;
  readonly #consumer: Consumer;
  readonly #startedAt = performance.now();
  #signOfLife: number | null = null;
  #rebalancing = false;
  #over = false;

  constructor(
    private readonly settings: KafkaSettings,
    private readonly subscription: { topic: string; group: string; member: string },
    private readonly events: MembershipEvents,
  ) {
    this.#client = new KafkaClient(settings);
    this.#consumer = this.#client.kafka.consumer({
      groupId: subscription.group,
      partitionAssigners: [rendezvousAssigner(subscription.member)],
      sessionTimeout: times.session,
      rebalanceTimeout: times.rebalance,
      heartbeatInterval: times.heartbeat,
      maxWaitTimeInMs: times.fetchWait,
      allowAutoTopicCreation: false,
      // Patient, because a coordinator that comes back knows its members: a new one waits for the old one's session. What
      // lasts is ended by check(), and by a whole new membership, as kafkajs' own restart keeps what went wrong.
      retry: {
        retries: 60,
        initialRetryTime: 200,
        maxRetryTime: 1_000,
        factor: 0.2,
        multiplier: 2,
        restartOnFailure: async () => false,
      },
    });
    void this.#run();
  }

  /** Null while heartbeats are answered. */
  problem(): string | null {
    const now = performance.now();
    if (this.#signOfLife === null) {
      return `has not joined the group ${this.subscription.group} yet (${seconds(now - this.#startedAt)})`;
    }
    const silent = now - this.#signOfLife;
    const patience = this.#rebalancing ? patienceMs.rebalancing : patienceMs.beating;
    return silent > patience ? `the group's coordinator has not answered for ${seconds(silent)}` : null;
  }

  /** Called now and then: a membership that fell silent without an error (tulios/kafkajs #1152, #558) is over too. */
  check(): void {
    const silent = performance.now() - (this.#signOfLife ?? this.#startedAt);
    if (silent > silentAfterMs) this.#lose(`fell silent for ${seconds(silent)}`);
  }

  async commit(positions: ReadonlyMap<number, bigint>): Promise<void> {
    const { topic } = this.subscription;
    await this.#consumer.commitOffsets(
      [...positions].map(([partition, position]) => ({ topic, partition, offset: position.toString() })),
    );
  }

  /** Leaves the group, if the coordinator can be told in time. */
  async leave(): Promise<void> {
    this.#over = true;
    await within(times.request, 'leaving the group', this.#consumer.disconnect()).catch((error: unknown) => {
      this.settings.logger?.debug({ err: error }, 'left the group without telling it');
    });
    this.#client.discard();
  }

  async #run(): Promise<void> {
    const { topic } = this.subscription;
    const consumer = this.#consumer;
    const { events } = consumer;
    consumer.on(events.HEARTBEAT, () => {
      this.#signOfLife = performance.now();
    });
    consumer.on(events.REBALANCING, () => {
      this.#signOfLife = performance.now();
      this.#rebalancing = true;
    });
    consumer.on(events.GROUP_JOIN, ({ payload }) => {
      this.#signOfLife = performance.now();
      this.#rebalancing = false;
      // kafkajs tells this before its first fetch, so none is made.
      consumer.pause([{ topic }]);
      if (!this.#over) this.events.assigned(payload.memberId, payload.memberAssignment[topic] ?? []);
    });
    consumer.on(events.CRASH, ({ payload }) => void this.#ended(payload.error));
    try {
      await consumer.connect();
      await consumer.subscribe({ topics: [topic], fromBeginning: true });
      await consumer.run({ autoCommit: false, eachBatch: async () => undefined });
    } catch (error) {
      await this.#ended(error);
    }
  }

  async #ended(error: unknown): Promise<void> {
    const { topic, group } = this.subscription;
    const lost = (cause: unknown) => this.#lose(reasonOf(cause, { operation: 'Describe', topics: [topic], group }));
    if (!(error instanceof Error && error.name === 'KafkaJSGroupCoordinatorNotFound')) return lost(error);
    // kafkajs swallows why, so it is asked once more.
    const cluster = clusterOf(this.#client);
    try {
      await cluster.connect();
      await cluster.addTargetTopic(topic);
      const broker = (await cluster.findControllerBroker()) as unknown as KnowsCoordinators;
      await broker.findGroupCoordinator({ groupId: group, coordinatorType: groupCoordinator });
      lost(error);
    } catch (cause) {
      lost(cause);
    } finally {
      cluster.disconnect().catch(() => undefined);
    }
  }

  #lose(reason: string): void {
    if (this.#over) return;
    this.#over = true;
    this.events.lost(reason);
    this.#consumer.disconnect().catch(() => undefined);
    this.#client.discard();
  }
}

const seconds = (milliseconds: number): string => `${Math.round(milliseconds / 1_000)} s`;
