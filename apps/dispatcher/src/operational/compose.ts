import type { ClientBase } from 'pg';
import { OPERATIONAL_PARTITION } from '../announcements/operational-event.js';
import { byteaArray, int4Array, int8Array, textArray } from '../database/binary-array.js';
import type { IdentifiedEvent } from '../model/delivery.js';
import { eventIdentity } from '../model/identity.js';
import { type BodyKey, bodyKeyText } from '../record/bodies.js';
import type { WebhookIndex } from '../webhooks/webhook-index.js';
import type { WaitingEvent } from './outbox.js';

/** What the data of `delivery.exhausted` says of the delivered event. */
interface NamedEvent {
  source: string;
  id: string;
  type: string;
  accepted_at: string;
}

/** The operational event as any other, for its account, with all of its data. */
export function compose(
  { id, type, webhookId, accountId, eventId, at, details, delivered }: WaitingEvent,
  names: ReadonlyMap<string, NamedEvent>,
  index: Pick<WebhookIndex, 'get' | 'revision'>,
): IdentifiedEvent {
  const source = `/webhooks/${webhookId}`;
  const acceptedAt = at.toISOString();
  const webhook = index.get(webhookId)?.webhook;
  const about = {
    webhook_id: webhookId,
    event_type: webhook?.eventType ?? null,
    endpoint: webhook?.endpoint ?? null,
  };
  const event = type === 'delivery.exhausted' ? { event: nameOf(delivered, names) } : {};
  return {
    identity: eventIdentity({ accountId, source, id: eventId }),
    partition: OPERATIONAL_PARTITION,
    position: id,
    attributes: {
      id: eventId,
      source,
      type,
      subject: webhookId,
      time: acceptedAt,
      datacontenttype: 'application/json',
      extensions: {},
    },
    // Whoever is told may know the webhooks less well: what is unknown to him is not gone.
    stamp: { accountId, audience: { to: 'own' }, revision: index.revision, exact: true, acceptedAt },
    data: Buffer.from(JSON.stringify({ ...about, ...details, ...event }), 'utf8'),
  };
}

const nameOf = (key: BodyKey | null, names: ReadonlyMap<string, NamedEvent>): NamedEvent | null =>
  key === null ? null : (names.get(bodyKeyText(key)) ?? null);

const NAMES = `
  select to_char(e.day, 'YYYY-MM-DD') as day, e.identity, e.partition, e.position, e.source, e.id, e.type, e.accepted_at
  from unnest($1::text[], $2::bytea[], $3::int4[], $4::int8[]) as u(day, identity, partition, position)
  join dispatch.event e on e.identity = u.identity and e.partition = u.partition and e.position = u.position
    and e.day = u.day::date`;

interface NameRow extends Omit<BodyKey, 'position'> {
  position: string;
  source: Buffer;
  id: Buffer;
  type: Buffer;
  accepted_at: Date;
}

/** How the delivered events are called that these are about, by {@link bodyKeyText}; those not recorded are not in it. */
export async function readNames(
  client: ClientBase,
  waiting: readonly WaitingEvent[],
): Promise<ReadonlyMap<string, NamedEvent>> {
  const keys = waiting.flatMap(({ delivered }) => delivered ?? []);
  if (keys.length === 0) return new Map();
  const { rows } = await client.query<NameRow>({
    name: 'dispatch-names-of-delivered',
    text: NAMES,
    values: [
      textArray(keys.map(({ day }) => day)),
      byteaArray(keys.map(({ identity }) => identity)),
      int4Array(keys.map(({ partition }) => partition)),
      int8Array(keys.map(({ position }) => position)),
    ],
  });
  return new Map(
    rows.map(({ source, id, type, accepted_at, ...key }) => [
      bodyKeyText({ ...key, position: BigInt(key.position) }),
      {
        source: source.toString('utf8'),
        id: id.toString('utf8'),
        type: type.toString('utf8'),
        accepted_at: accepted_at.toISOString(),
      },
    ]),
  );
}
