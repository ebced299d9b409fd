import { randomInt } from 'node:crypto';
import type { Deliveries } from '@sluice/contracts/delivery-commands';
import type { Registry } from '@sluice/contracts/registry-commands';
import { accepted, refused } from '@sluice/contracts/result';
import type { FilterWebhook } from '@sluice/contracts/webhook-feed';
import type { Clock } from '@sluice/service-kit/clock';
import type { Pool } from 'pg';
import { ulid } from 'ulid';
import type { EventDelivery, IdentifiedEvent } from '../model/delivery.js';
import { deliveryId, eventIdentity } from '../model/identity.js';
import { TEST_PARTITION } from '../model/off-stream.js';
import { insertPending } from '../record/write-deliveries.js';
import { insertBodies, insertEvents } from '../record/write-events.js';
import { checkWebhook } from '../webhooks/check-webhook.js';
import type { CurrentIndex } from '../webhooks/current-index.js';

export interface SendTestParts {
  registry: Pick<Registry, 'authorize'>;
  pool: Pool;
  clock: Clock;
  current: Pick<CurrentIndex, 'webhook'>;
  /** Called when there is a delivery to claim. */
  made: () => void;
}

const SOURCE = '/sluice/test';
/** Positions in one millisecond. */
const POSITIONS = 2 ** 20;

/**
 * The dispatcher's command: a delivery like any other of an event that is for one webhook alone. It does not go over the
 * stream, where others would match it; its event is recorded with its body, and its first attempt is claimed as a retry is.
 */
export const sendTestCommand =
  (parts: SendTestParts): Deliveries['sendTest'] =>
  async ({ credential, webhookId, data }) => {
    const { registry, pool, clock, made } = parts;
    const caller = await registry.authorize({ credential, purpose: 'subscribe' });
    if (!caller.ok) return caller;
    const { accountId } = caller.value;
    const checked = await checkWebhook(parts, accountId, webhookId, 'webhook_id');
    if (!checked.ok) return checked;
    if (checked.value.standing === 'paused') return refused('conflict', 'the webhook is paused: resume it first');
    const event = testEvent(checked.value.webhook, data, clock.nowMs());
    const delivery = deliveryOf(event, webhookId);
    await record(pool, delivery, clock.shiftMs);
    made();
    return accepted({ deliveryId: delivery.id, event: { source: SOURCE, id: event.attributes.id } });
  };

function testEvent(
  { accountId, eventType, createdRevision, enabledRevision }: FilterWebhook,
  data: string,
  nowMs: number,
): IdentifiedEvent {
  const id = `test_${ulid(nowMs)}`;
  return {
    identity: eventIdentity({ accountId, source: SOURCE, id }),
    partition: TEST_PARTITION,
    position: BigInt(nowMs) * BigInt(POSITIONS) + BigInt(randomInt(POSITIONS)),
    attributes: { id, source: SOURCE, type: eventType, datacontenttype: 'application/json', extensions: {} },
    stamp: {
      accountId,
      audience: { to: 'own' },
      // It came after the webhook was made and enabled.
      revision: Math.max(createdRevision, enabledRevision),
      exact: true,
      acceptedAt: new Date(nowMs).toISOString(),
    },
    data: Buffer.from(data, 'utf8'),
  };
}

/** In no lane: it waits for nothing, and nothing waits for it. */
function deliveryOf(event: IdentifiedEvent, webhookId: string): EventDelivery {
  const { accountId, acceptedAt } = event.stamp;
  const id = deliveryId({ accountId, source: SOURCE, id: event.attributes.id }, acceptedAt, webhookId);
  return {
    kind: 'event',
    id,
    webhookId,
    accountId,
    event,
    attempt: 1,
    origin: { kind: 'stream', epoch: 0n },
    lane: null,
  };
}

async function record(pool: Pool, delivery: EventDelivery, shiftMs: number): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query('begin');
    await insertEvents(client, [{ event: delivery.event, matched: 1 }]);
    await insertBodies(client, new Set([delivery.event]));
    const row = { delivery, attempt: 1, dueInMs: 0, lease: null, reason: null };
    await insertPending(client, [row], { shiftMs, rewritten: false });
    await client.query('commit');
    client.release();
  } catch (error) {
    // Its transaction ends with the connection.
    client.release(true);
    throw error;
  }
}
