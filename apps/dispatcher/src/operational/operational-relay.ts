import type { FilterWebhook } from '@sluice/contracts/webhook-feed';
import type { Clock } from '@sluice/service-kit/clock';
import type { Logger } from '@sluice/service-kit/logger';
import { Rounds } from '@sluice/service-kit/rounds';
import type { ClientBase, Pool } from 'pg';
import { whileLocked } from '../database/locked-work.js';
import { firstDeliveries } from '../match/first-deliveries.js';
import type { Matcher } from '../match/matcher.js';
import type { IdentifiedEvent } from '../model/delivery.js';
import { insertPending, type PendingRow } from '../record/write-deliveries.js';
import { insertBodies, insertEvents } from '../record/write-events.js';
import { firstWaitMs } from '../schedule/retry-policy.js';
import type { Conditions } from '../waiting/conditions.js';
import type { IndexedWebhook } from '../webhooks/indexed-webhook.js';
import type { RegistryFollower } from '../webhooks/registry-follower.js';
import type { WebhookIndex } from '../webhooks/webhook-index.js';
import { compose, readNames } from './compose.js';
import { isAnyWaiting, markExpanded, readWaiting, type WaitingEvent } from './outbox.js';

export interface OperationalRelayParts {
  pool: Pool;
  index: Pick<WebhookIndex, 'get' | 'revision' | 'webhooksOf'>;
  matcher: Pick<Matcher, 'match'>;
  follower: Pick<RegistryFollower, 'demand' | 'completeSince'>;
  conditions: Conditions;
  clock: Clock;
  logger: Logger;
  /** There are pending rows to claim. */
  expanded: () => void;
}

/** What other dispatchers wrote is looked for so often. */
const IDLE_MS = 1_000;
const PAGE = 100;
/** Pending rows of one transaction, but for those of one event. */
const ROWS = 1_000;
/** Any number that nothing else locks in this database. */
const ADVISORY_LOCK = 7_105_841_005;

interface Expansion {
  event: IdentifiedEvent;
  webhooks: readonly IndexedWebhook<FilterWebhook>[];
}

/**
 * Makes deliveries of what is to be told of webhooks, as of any event: for the account's webhooks of its type whose filter
 * its data satisfies. It does not go over the stream, which may be away when most is to be told. One dispatcher at a time;
 * an event, its deliveries and the mark that it is expanded are one transaction, so a crash leaves it told once or not yet.
 */
export class OperationalRelay {
  readonly #parts: OperationalRelayParts;
  readonly #rounds: Rounds;

  constructor(parts: OperationalRelayParts) {
    this.#parts = parts;
    this.#rounds = new Rounds({
      round: () => this.#round(),
      idleMs: IDLE_MS,
      failed: (error) => parts.logger.warn({ err: error }, 'operational.not_expanded'),
    });
  }

  start(): void {
    this.#rounds.start();
  }

  /** There may be some to expand now. */
  wake(): void {
    this.#rounds.wake();
  }

  async stop(): Promise<void> {
    const stopped = this.#rounds.stop();
    this.#parts.conditions.changed();
    await stopped;
  }

  async #round(): Promise<void> {
    const { pool } = this.#parts;
    if (!(await isAnyWaiting(pool))) return;
    await whileLocked(pool, ADVISORY_LOCK, async (client) => {
      while (await this.#page(client));
    });
  }

  /** Whether there may be more. */
  async #page(client: ClientBase): Promise<boolean> {
    const waiting = await readWaiting(client, PAGE);
    if (waiting.length === 0 || !(await this.#isCurrent())) return false;
    const names = await readNames(client, waiting);
    let done: WaitingEvent[] = [];
    let expansions: Expansion[] = [];
    for (const each of waiting) {
      const expansion = await this.#expand(each, names);
      done.push(each);
      if (expansion !== null) expansions.push(expansion);
      if (expansions.reduce((rows, { webhooks }) => rows + webhooks.length, 0) < ROWS) continue;
      await this.#write(client, done, expansions);
      [done, expansions] = [[], []];
    }
    await this.#write(client, done, expansions);
    return waiting.length === PAGE && !this.#rounds.stopped;
  }

  /** Whoever was answered that his webhook exists, before this happened, is told of it. */
  async #isCurrent(): Promise<boolean> {
    const { follower, conditions, clock } = this.#parts;
    const sinceMs = clock.monotonicMs();
    follower.demand(sinceMs);
    await conditions.until(() => this.#rounds.stopped || follower.completeSince(sinceMs));
    return follower.completeSince(sinceMs);
  }

  /** Null when nobody in the account wants to hear of such events: then they leave no trace. */
  async #expand(waiting: WaitingEvent, names: Awaited<ReturnType<typeof readNames>>): Promise<Expansion | null> {
    const { index, matcher } = this.#parts;
    const [anyone] = index.webhooksOf(waiting.accountId, waiting.type);
    if (anyone === undefined) return null;
    const event = compose(waiting, names, index);
    return { event, webhooks: await matcher.match(event) };
  }

  async #write(client: ClientBase, done: readonly WaitingEvent[], expansions: readonly Expansion[]): Promise<void> {
    const { clock, logger, expanded } = this.#parts;
    if (done.length === 0) return;
    await client.query('begin');
    await insertEvents(
      client,
      expansions.map(({ event, webhooks }) => ({ event, matched: webhooks.length })),
    );
    await insertBodies(
      client,
      new Set(expansions.flatMap(({ event, webhooks }) => (webhooks.length > 0 ? event : []))),
    );
    const rows = expansions.flatMap(({ event, webhooks }) => webhooks.flatMap((webhook) => rowsOf(event, webhook)));
    await insertPending(client, rows, { shiftMs: clock.shiftMs, rewritten: false });
    await markExpanded(
      client,
      done.map(({ id }) => id),
    );
    await client.query('commit');
    for (const { event, webhooks } of expansions) {
      const { type, source } = event.attributes;
      logger.info({ type, source, accountId: event.stamp.accountId, matched: webhooks.length }, 'operational.expanded');
    }
    if (rows.length > 0) expanded();
  }
}

/** They are made once, by whoever marks the event as expanded. */
const OF_NO_PARTITION = { epoch: 0n, knows: () => false };

const rowsOf = (event: IdentifiedEvent, webhook: IndexedWebhook<FilterWebhook>): PendingRow[] =>
  firstDeliveries(OF_NO_PARTITION, event, [webhook]).map((delivery) => ({
    delivery,
    attempt: 1,
    dueInMs: firstWaitMs(webhook.webhook.retrySchedule, Math.random),
    lease: null,
    reason: null,
  }));
