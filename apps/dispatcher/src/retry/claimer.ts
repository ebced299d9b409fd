import { randomUUID } from 'node:crypto';
import type { Clock } from '@sluice/service-kit/clock';
import type { Pool } from 'pg';
import type { Delivery } from '../delivery.js';
import { bodyKeyText, loadBodies, type StoredBody } from '../record/bodies.js';
import type { Recording } from '../record/recording.js';
import { type ClaimedRow, claimRows, releaseRows } from './claim-rows.js';
import { webhooksWithRows } from './due-webhooks.js';
import { type Claimant, fairShares } from './fair-shares.js';
import type { Capacity, PendingDeliveries } from './pending-deliveries.js';

export interface ClaimerOptions {
  pool: Pool;
  clock: Clock;
  /** Told when a claimed row's event is no longer stored anywhere: the delivery ends as exhausted. */
  recording: Pick<Recording, 'settle'>;
  /** A fresh lease for each claim; see own-leases.ts. */
  newLease?: () => string;
  /** Of events' data that one claim brings into memory. */
  maxBytes?: number;
}

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

  constructor(options: ClaimerOptions) {
    this.#options = options;
  }

  async claim(capacity: Capacity): Promise<Delivery[]> {
    const total = Math.min(Math.floor(capacity.total()), MOST);
    if (total < 1) return [];
    const lease = this.#options.newLease?.() ?? randomUUID();
    const rows: ClaimedRow[] = [];
    let claimants = await this.#claimants(capacity);
    for (let round = 0; round < ROUNDS && rows.length < total && claimants.length > 0; round += 1) {
      const shares = fairShares(total - rows.length, claimants);
      const claimed = await claimRows(this.#options.pool, shares, lease, this.#options.clock.shiftMs);
      rows.push(...claimed);
      claimants = withMore(claimants, shares, claimed);
    }
    return this.#withBodies(rows, lease);
  }

  async releaseLeases(deliveries: readonly Delivery[]): Promise<void> {
    const leased = deliveries.flatMap(({ id, origin }) =>
      origin.kind === 'pending' ? [{ id, lease: origin.lease }] : [],
    );
    await releaseRows(this.#options.pool, leased, this.#options.clock.shiftMs);
  }

  /** Webhooks with due rows and free places, in random order: who comes first must not always be the same. */
  async #claimants(capacity: Capacity): Promise<Claimant[]> {
    const { pool, clock } = this.#options;
    const claimants: Claimant[] = [];
    const startedAfter = this.#after;
    let wrapped = startedAfter === '';
    for (let looks = 0; looks < LOOKS && claimants.length < LOOK_AT; looks += 1) {
      const seen = await webhooksWithRows(pool, this.#after, LOOK_AT, clock.shiftMs);
      for (const { webhookId, accountId, due } of seen) {
        const free = due ? capacity.free(webhookId) : 0;
        if (free >= 1) claimants.push({ webhookId, accountId, free });
      }
      this.#after = seen.length < LOOK_AT ? '' : seen.at(-1)!.webhookId;
      const atTheEnd = this.#after === '';
      if (wrapped && (atTheEnd || this.#after >= startedAfter)) break;
      wrapped ||= atTheEnd;
    }
    return shuffled([...new Map(claimants.map((claimant) => [claimant.webhookId, claimant])).values()]);
  }

  async #withBodies(rows: readonly ClaimedRow[], lease: string): Promise<Delivery[]> {
    const bodies = await loadBodies(this.#options.pool, rows, this.#options.maxBytes ?? MOST_BYTES);
    const claimed: Delivery[] = [];
    const tooMuch: Delivery[] = [];
    for (const row of rows) {
      const { id, webhookId, accountId, identity, partition, position, attempt } = row;
      const body = bodies.get(bodyKeyText(row));
      const event = { identity, partition, position, ...(body ?? noBody(row)) };
      const delivery: Delivery = { id, webhookId, accountId, event, attempt, origin: { kind: 'pending', lease } };
      if (body === undefined) {
        this.#options.recording.settle(delivery, null, { state: 'exhausted', reason: 'its event is not stored' });
      } else {
        (body === null ? tooMuch : claimed).push(delivery);
      }
    }
    await this.releaseLeases(tooMuch);
    return claimed;
  }
}

/** Those that filled their share and have places left. */
function withMore(
  claimants: readonly Claimant[],
  shares: ReadonlyMap<string, number>,
  claimed: readonly ClaimedRow[],
): Claimant[] {
  const got = new Map<string, number>();
  for (const { webhookId } of claimed) got.set(webhookId, (got.get(webhookId) ?? 0) + 1);
  return claimants.flatMap((claimant) => {
    const share = shares.get(claimant.webhookId) ?? 0;
    const filled = (got.get(claimant.webhookId) ?? 0) === share;
    return filled && claimant.free > share ? [{ ...claimant, free: claimant.free - share }] : [];
  });
}

/** Enough of an event to end its delivery with, or to give it back: where a row goes depends on the day alone. */
const noBody = ({ accountId, day }: ClaimedRow): StoredBody => ({
  attributes: { id: '-', source: '-', type: '-', extensions: {} },
  stamp: { accountId, audience: { to: 'own' }, revision: 0, exact: false, acceptedAt: `${day}T00:00:00Z` },
  data: Buffer.alloc(0),
});

function shuffled<T>(items: readonly T[]): T[] {
  const result = [...items];
  for (let last = result.length - 1; last > 0; last -= 1) {
    const other = Math.floor(Math.random() * (last + 1));
    [result[last], result[other]] = [result[other]!, result[last]!];
  }
  return result;
}
