import { HIDDEN } from '@sluice/contracts/delivery-commands';
import { recipientOf } from '@sluice/contracts/event-record';
import type { Follow, FollowedEvent } from '@sluice/contracts/follow-commands';
import type { Registry } from '@sluice/contracts/registry-commands';
import { accepted, refused } from '@sluice/contracts/result';
import type { Clock } from '@sluice/service-kit/clock';
import type { Matcher } from '../match/matcher.js';
import type { IdentifiedEvent } from '../model/delivery.js';
import { deliveryId } from '../model/identity.js';
import { shownHeaders } from '../render/shown-headers.js';
import type { Conditions } from '../waiting/conditions.js';
import type { WebhookIndex } from '../webhooks/webhook-index.js';
import { cursorOf, readCursor } from './positions.js';
import type { FoundEvent, StreamTail } from './stream-tail.js';

export interface FollowParts {
  registry: Pick<Registry, 'authorize'>;
  tail: StreamTail;
  matcher: Pick<Matcher, 'match'>;
  index: Pick<WebhookIndex, 'revision'>;
  conditions: Conditions;
  clock: Clock;
}

/** Each of them holds what it found. */
const MOST_READERS = 200;
/** As long as an event may wait for the index to have the revision that it was accepted at. */
const LONGEST_MS = 3_000;

/**
 * The dispatcher's command: the account's events as they come, read from the stream and matched with the webhooks as they
 * are here. It needs nothing that is recorded, so any dispatcher can go on where another one was asked before.
 */
export const followCommand = (parts: FollowParts): Follow['follow'] => {
  const { registry, tail } = parts;
  let readers = 0;
  return async ({ credential, after, deliveries, eventType, webhookId, waitMs }) => {
    const caller = await registry.authorize({ credential, purpose: 'read' });
    if (!caller.ok) return caller;
    const { accountId } = caller.value;
    if (after === null) return accepted({ events: [], cursor: cursorOf(await tail.end()) });
    const positions = readCursor(after);
    if (positions === null) return refused('invalid', 'after must be the id of an event of the stream', 'after');
    if (readers >= MOST_READERS) return refused('too_many', 'too many streams are followed: try again later');
    readers += 1;
    try {
      const isWanted = (event: IdentifiedEvent) =>
        isFor(event, accountId) && (eventType ?? event.attributes.type) === event.attributes.type;
      const events: FollowedEvent[] = [];
      for (const found of await tail.next(positions, waitMs, isWanted)) {
        const followed = await followedEvent(parts, found, accountId, deliveries, webhookId);
        if (!deliveries || followed.deliveries.length > 0) events.push(followed);
      }
      // The credential may have been taken away while nothing was there to tell.
      const still = events.length === 0 ? caller : await registry.authorize({ credential, purpose: 'read' });
      if (!still.ok) return still;
      return accepted({ events, cursor: cursorOf(positions) });
    } finally {
      readers -= 1;
    }
  };
};

const isFor = ({ stamp }: IdentifiedEvent, accountId: string): boolean =>
  (recipientOf(stamp) ?? accountId) === accountId;

async function followedEvent(
  parts: FollowParts,
  { event, cursor }: FoundEvent,
  accountId: string,
  withDeliveries: boolean,
  webhookId: string | undefined,
): Promise<FollowedEvent> {
  const { source, id, type } = event.attributes;
  const { acceptedAt } = event.stamp;
  const data = Buffer.from(event.data).toString('base64');
  const deliveries = withDeliveries ? await deliveriesOf(parts, event, accountId) : [];
  const asked = deliveries.filter((delivery) => (webhookId ?? delivery.webhookId) === delivery.webhookId);
  return { cursor, source, id, type, acceptedAt, data, deliveries: asked };
}

/** Those of the account alone, whoever else the event is for. */
async function deliveriesOf(
  { matcher, index, conditions, clock }: FollowParts,
  event: IdentifiedEvent,
  accountId: string,
): Promise<FollowedEvent['deliveries']> {
  const { attributes, stamp } = event;
  const untilMs = clock.monotonicMs() + LONGEST_MS;
  await conditions.until(() => index.revision >= stamp.revision || clock.monotonicMs() > untilMs);
  const webhooks = await matcher.match({ ...event, stamp: { ...stamp, audience: { to: 'account', accountId } } });
  const name = { accountId: stamp.accountId, source: attributes.source, id: attributes.id };
  return webhooks.map(({ id: webhookId, webhook }) => {
    const id = deliveryId(name, stamp.acceptedAt, webhookId);
    const headers = shownHeaders(id, event, webhook).filter(({ value }) => value !== HIDDEN);
    return { deliveryId: id, webhookId, endpoint: webhook.endpoint, headers };
  });
}
