import { randomUUID } from 'node:crypto';
import type { Clock } from '@sluice/service-kit/clock';
import type { Pool } from 'pg';
import type { Delivery, EventDelivery, Ping } from '../model/delivery.js';
import { CLAIM_MS } from '../model/lease.js';
import type { Recording } from '../record/recording.js';
import { claimPings, releasePingLease, releasePings } from './claim-pings.js';
import { type ClaimedRow, claimRows, releaseLease, releaseRows } from './claim-rows.js';
import { type Claim, claimedDeliveries } from './claimed-deliveries.js';
import { dueWebhooks, type WebhookOfRows, webhooksWithRows } from './due-webhooks.js';
import { fairShares } from './fair-shares.js';
import type { Capacity, PendingDeliveries } from './pending-deliveries.js';

export interface ClaimerOptions {
  pool: Pool;
  clock: Clock;
  /**
   * Told when a claimed row is over its time, or its event can't be had: the delivery ends as exhausted. Tells which rows
   * must be left alone, as their outcomes wait to be written: under a new lease these would not count.
   */
  recording: Pick<Recording, 'settle' | 'unwritten'>;
  /** A fresh lease for each claim; see own-leases.ts. */
  newLease?: () => string;
  /** Of events' data that one claim brings into memory. */
  maxBytes?: number;
}

/** How many due rows are looked at, at either end of them. */
const LOOK_AT_ROWS = 1_000;
/** How many webhooks one statement looks at, and how many statements one claim may spend on looking. */
const LOOK_AT = 1_000;
const LOOKS = 5;
/** Rows of one claim, whatever the capacity: their bodies come into memory together. */
const MOST = 1_000;
const MOST_BYTES = 32 * 1024 * 1024;
/** A webhook with few due rows leaves places of its share over; they are shared out again so often. */
const ROUNDS = 3;

/** {@link PendingDeliveries} in PostgreSQL. */
export class Claimer implements PendingDeliveries {
  readonly #options: ClaimerOptions;
  /** Where the next look begins: with more webhooks than one claim looks at, each gets its turn. */
  #after = '';
  /** Of a claim that failed, until its rows are given back. */
  #unreleased: string | null = null;

  constructor(options: ClaimerOptions) {
    this.#options = options;
  }

  async claim(capacity: Capacity): Promise<Delivery[]> {
    const total = Math.min(Math.floor(capacity.total()), MOST);
    if (total < 1) return [];
    await this.#releaseFailed();
    const claimants = await this.#claimants(capacity);
    if (claimants.length === 0) return [];
    const { newLease, clock } = this.#options;
    const lease = newLease?.() ?? randomUUID();
    const claimedAtMs = clock.monotonicMs();
    try {
      const { rows, pings } = await this.#rows(total, claimants, lease);
      const claimed = [...pings, ...(await this.#ready(rows, { lease, claimedAtMs }))];
      if (clock.monotonicMs() - claimedAtMs > CLAIM_MS) throw new Error('the claim was answered too late');
      return claimed;
    } catch (error) {
      this.#unreleased = lease;
      // When this fails too, the next claim begins with it.
      await this.#releaseFailed().catch(() => {});
      throw error;
    }
  }

  async releaseLeases(deliveries: readonly Delivery[]): Promise<void> {
    const { pool, clock } = this.#options;
    const leased = deliveries.flatMap(({ kind, id, origin }) =>
      kind === 'event' && origin.kind === 'pending' ? [{ id, lease: origin.lease }] : [],
    );
    await releaseRows(pool, leased, clock.shiftMs);
    const pings = deliveries.filter((delivery) => delivery.kind === 'ping');
    await releasePings(pool, pings, clock.shiftMs);
  }

  /** Nobody may wait for a lease to run out because a claim failed after it had got its rows. */
  async #releaseFailed(): Promise<void> {
    if (this.#unreleased === null) return;
    const { pool, clock } = this.#options;
    await releasePingLease(pool, this.#unreleased, clock.shiftMs);
    await releaseLease(pool, this.#unreleased, clock.shiftMs);
    this.#unreleased = null;
  }

  async #rows(
    total: number,
    all: readonly ClaimantOfRows[],
    lease: string,
  ): Promise<{ rows: ClaimedRow[]; pings: Ping[] }> {
    const { pool, clock, recording } = this.#options;
    const terms = { lease, except: recording.unwritten, shiftMs: clock.shiftMs };
    const rows: ClaimedRow[] = [];
    const pings: Ping[] = [];
    let claimants = all;
    for (let round = 0; round < ROUNDS && claimants.length > 0; round += 1) {
      const left = total - rows.length - pings.length;
      if (left < 1) break;
      const shares = fairShares(left, claimants);
      const pinged = new Set(claimants.filter((claimant) => claimant.pings && shares.delete(claimant.webhookId)));
      pings.push(...(await claimPings(pool, idsOf(pinged), terms)));
      const claimed = shares.size === 0 ? [] : await claimRows(pool, shares, terms);
      rows.push(...claimed);
      // A webhook has one ping, so nobody asks twice for it.
      const others = claimants.filter((claimant) => !pinged.has(claimant));
      claimants = withMore(others, shares, claimed);
    }
    return { rows, pings };
  }

  /**
   * Webhooks with due rows and free places, in random order: who comes first must not always be the same. Mostly few rows
   * are due, and looking at them is all. When there are more, those that became due just now have their chance at once,
   * whoever else has a backlog, and all others when it is their turn in the walk along the webhooks.
   */
  async #claimants(capacity: Capacity): Promise<ClaimantOfRows[]> {
    const { pool, clock } = this.#options;
    const claimants = new Claimants(capacity);
    const oldest = await dueWebhooks(pool, 'oldest', LOOK_AT_ROWS, clock.shiftMs);
    claimants.ask(oldest.webhooks);
    if (!oldest.all) {
      claimants.ask((await dueWebhooks(pool, 'newest', LOOK_AT_ROWS, clock.shiftMs)).webhooks);
      await this.#nextInTurn(claimants);
    }
    return shuffled(claimants.found);
  }

  async #nextInTurn(claimants: Claimants): Promise<void> {
    const { pool, clock } = this.#options;
    const startedAfter = this.#after;
    let wrapped = startedAfter === '';
    for (let looks = 0; looks < LOOKS && claimants.found.length < LOOK_AT; looks += 1) {
      const seen = await webhooksWithRows(pool, this.#after, LOOK_AT, clock.shiftMs);
      claimants.ask(seen.filter(({ due }) => due));
      this.#after = seen.length < LOOK_AT ? '' : seen.at(-1)!.webhookId;
      const atTheEnd = this.#after === '';
      if (wrapped && (atTheEnd || this.#after >= startedAfter)) break;
      wrapped ||= atTheEnd;
    }
  }

  async #ready(rows: readonly ClaimedRow[], claim: Claim): Promise<EventDelivery[]> {
    const { pool, recording, clock, maxBytes = MOST_BYTES } = this.#options;
    const { ready, tooMuch, over } = await claimedDeliveries(pool, rows, claim, { maxBytes, shiftMs: clock.shiftMs });
    for (const { delivery, reason } of over) recording.settle(delivery, null, { state: 'exhausted', reason });
    await this.releaseLeases(tooMuch);
    return ready;
  }
}

/** Who has due rows and free places. */
type ClaimantOfRows = WebhookOfRows & { free: number };

const idsOf = (webhooks: Iterable<WebhookOfRows>): string[] => Array.from(webhooks, ({ webhookId }) => webhookId);

/** The webhooks of one claim that have places. Each is asked once, in random order: capacity may be given away by asking. */
class Claimants {
  readonly found: ClaimantOfRows[] = [];
  readonly #asked = new Set<string>();
  readonly #capacity: Capacity;

  constructor(capacity: Capacity) {
    this.#capacity = capacity;
  }

  ask(webhooks: readonly WebhookOfRows[]): void {
    for (const webhook of shuffled(webhooks)) {
      const { webhookId } = webhook;
      if (this.#asked.has(webhookId)) continue;
      this.#asked.add(webhookId);
      const free = this.#capacity.free(webhookId);
      if (free >= 1) this.found.push({ ...webhook, free: webhook.pings ? 1 : free });
    }
  }
}

/** Those that filled their share and have places left. */
function withMore(
  claimants: readonly ClaimantOfRows[],
  shares: ReadonlyMap<string, number>,
  claimed: readonly ClaimedRow[],
): ClaimantOfRows[] {
  const got = new Map<string, number>();
  for (const { webhookId } of claimed) got.set(webhookId, (got.get(webhookId) ?? 0) + 1);
  return claimants.flatMap((claimant) => {
    const share = shares.get(claimant.webhookId) ?? 0;
    const filled = (got.get(claimant.webhookId) ?? 0) === share;
    return filled && claimant.free > share ? [{ ...claimant, free: claimant.free - share }] : [];
  });
}

function shuffled<T>(items: readonly T[]): T[] {
  const result = [...items];
  for (let last = result.length - 1; last > 0; last -= 1) {
    const other = Math.floor(Math.random() * (last + 1));
    [result[last], result[other]] = [result[other]!, result[last]!];
  }
  return result;
}
