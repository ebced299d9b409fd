import type { Pool } from 'pg';
import type { EventDelivery } from '../model/delivery.js';
import { bodyKeyText, loadBodies, type StoredBody, type UnreadableBody } from '../record/bodies.js';
import { OVER_TIME } from '../schedule/retry-policy.js';
import { type ClaimedRow, rowsBehind } from './claim-rows.js';

/** Deliveries of a lane that are sent one after another under one claim, its head among them. */
const OF_LANE = 16;
/** Rows behind the heads of all lanes of one claim. */
const BEHIND = 2_000;

/** Under what the rows were claimed. */
export interface Claim {
  lease: string;
  /** Monotonic, from before the claim. */
  claimedAtMs: number;
}

/** What claimed rows turned out to be, once their events were loaded. */
export interface ClaimedDeliveries {
  ready: EventDelivery[];
  /** Their events' data are more than may come into memory at once. */
  tooMuch: EventDelivery[];
  /** Their time is over, or their events can't be had: they end. */
  over: { delivery: EventDelivery; reason: string }[];
}

/** The deliveries of claimed rows with their events, and of lanes those that may follow under the same claim. */
export async function claimedDeliveries(
  pool: Pool,
  rows: readonly ClaimedRow[],
  claim: Claim,
  { maxBytes, shiftMs }: { maxBytes: number; shiftMs: number },
): Promise<ClaimedDeliveries> {
  const heads = rows.filter(({ lane, over }) => lane !== null && !over);
  const behind = await rowsBehind(pool, heads, Math.min(OF_LANE - 1, Math.floor(BEHIND / heads.length)), shiftMs);
  const inTime = [...rows, ...behind].filter(({ over }) => !over);
  const bodies = await loadBodies(pool, inTime, maxBytes);
  const next = new Map<string, EventDelivery | null>();
  for (const row of behind.reverse()) {
    const body = bodies.get(bodyKeyText(row));
    const delivery =
      isReadable(body) && !row.early ? deliveryOf(row, body, claim, next.get(laneText(row)) ?? null) : null;
    next.set(laneText(row), delivery);
  }
  const found: ClaimedDeliveries = { ready: [], tooMuch: [], over: [] };
  for (const row of rows) {
    const body = bodies.get(bodyKeyText(row));
    if (isReadable(body)) found.ready.push(deliveryOf(row, body, claim, next.get(laneText(row)) ?? null));
    else if (body === null) found.tooMuch.push(deliveryOf(row, noBody(row), claim, null));
    else found.over.push({ delivery: deliveryOf(row, noBody(row), claim, null), reason: whyNot(row, body) });
  }
  return found;
}

const isReadable = (body: StoredBody | UnreadableBody | null | undefined): body is StoredBody =>
  body !== undefined && body !== null && !('unreadable' in body);

const laneText = ({ webhookId, lane }: ClaimedRow): string => `${webhookId}/${lane?.toString('base64url')}`;

function deliveryOf(
  { id, webhookId, accountId, identity, partition, position, attempt, run, lane }: ClaimedRow,
  body: StoredBody,
  { lease, claimedAtMs }: Claim,
  next: EventDelivery | null,
): EventDelivery {
  return {
    kind: 'event',
    id,
    webhookId,
    accountId,
    event: { identity, partition, position, ...body },
    attempt,
    ...(run === undefined ? {} : { run }),
    origin: { kind: 'pending', lease },
    lane: lane === null ? null : { id: lane, next, claimedAtMs },
  };
}

/** Why there is nothing to send: its time is over, or its event is stored nowhere or can't be read. */
function whyNot({ over }: ClaimedRow, body: UnreadableBody | undefined): string {
  if (over) return OVER_TIME;
  return body === undefined ? 'its event is not stored' : `its stored event can't be read: ${body.unreadable}`;
}

/** Enough of an event to end its delivery with, or to give it back: where a row goes depends on the day alone. */
const noBody = ({ accountId, day }: ClaimedRow): StoredBody => ({
  attributes: { id: '-', source: '-', type: '-', extensions: {} },
  stamp: { accountId, audience: { to: 'own' }, revision: 0, exact: false, acceptedAt: `${day}T00:00:00Z` },
  data: Buffer.alloc(0),
});
