import { sourceOfBase } from '@sluice/contracts/airtable-ids';
import type { EventAttributes, EventStamp } from '@sluice/contracts/event-record';
import { TABLE_CHANGED, type TableChange } from '@sluice/contracts/table-change';
import type { BaseWebhook, FilterWebhook } from '@sluice/contracts/webhook-feed';
import type { EventDelivery, IdentifiedEvent, Ping } from '../model/delivery.js';
import { deliveryId, eventIdentity } from '../model/identity.js';

/** Just now: deliveries of old events end by their age. */
const ACCEPTED_AT = new Date().toISOString();

/** An ordinary event, with what the test cares about put in. */
export function anEvent({
  data = '{"followerProfileId":"12"}',
  partition = 0,
  position = 1n,
  accountId = 'account-1',
  revision = 1,
  audience = { to: 'own' },
  acceptedAt = ACCEPTED_AT,
  exact = true,
  ...attributes
}: Partial<
  EventAttributes & EventStamp & { data: string; partition: number; position: bigint }
> = {}): IdentifiedEvent {
  const all: EventAttributes = {
    id: 'event-1',
    source: '/feeds/1',
    type: 'follow.created',
    extensions: {},
    ...attributes,
  };
  return {
    identity: eventIdentity({ accountId, source: all.source, id: all.id }),
    partition,
    position,
    attributes: all,
    stamp: { accountId, audience, revision, exact, acceptedAt },
    data: Buffer.from(data),
  };
}

/** An ordinary webhook that takes every `follow.created` of its account. */
export const aWebhook = (webhook: Partial<FilterWebhook> = {}): FilterWebhook => ({
  id: 'webhook-1',
  accountId: 'account-1',
  dialect: 'airstack',
  endpoint: 'http://127.0.0.1:9/hook',
  eventType: 'follow.created',
  filter: null,
  state: 'enabled',
  headers: [],
  secrets: [{ secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo=' }],
  ordering: 'none',
  rateLimit: null,
  concurrency: null,
  retrySchedule: null,
  disabledAt: null,
  disabledReason: null,
  enabledAt: null,
  startFrom: null,
  enabledRevision: 0,
  createdAt: ACCEPTED_AT,
  createdRevision: 1,
  ...webhook,
});

/** An ordinary base, with a table and a field in it. */
export const [BASE, TABLE, FIELD] = ['appA1b2C3d4E5f6G7', 'tblA1b2C3d4E5f6G7', 'fldA1b2C3d4E5f6G7'] as const;

/** A change of one cell of {@link FIELD}, which gets the given value. */
export const cellChange = (value: unknown, change: Partial<TableChange> = {}): TableChange => ({
  actionMetadata: { source: 'system' },
  changedTablesById: {
    [TABLE]: { changedRecordsById: { recA1b2C3d4E5f6G7: { current: { cellValuesByFieldId: { [FIELD]: value } } } } },
  },
  ...change,
});

/** The event of a change of {@link BASE}. */
export const aChangeEvent = (change: TableChange, event: Parameters<typeof anEvent>[0] = {}): IdentifiedEvent =>
  anEvent({ type: TABLE_CHANGED, source: sourceOfBase(BASE), data: JSON.stringify(change), ...event });

/** An ordinary webhook on all records of {@link BASE}, which is only read. */
export const aBaseWebhook = (webhook: Partial<BaseWebhook> = {}): BaseWebhook => ({
  id: 'achA1b2C3d4E5f6G7',
  accountId: 'account-1',
  dialect: 'airtable',
  baseId: BASE,
  specification: { filters: { dataTypes: ['tableData'] } },
  eventType: TABLE_CHANGED,
  endpoint: null,
  notificationsEnabled: false,
  state: 'enabled',
  macSecretBase64: 'c2VjcmV0LWtleQ==',
  createdAt: ACCEPTED_AT,
  createdRevision: 1,
  ...webhook,
});

/** A first delivery, straight from the stream. */
export function aDelivery(delivery: Partial<EventDelivery> = {}): EventDelivery {
  const event = delivery.event ?? anEvent();
  const webhookId = delivery.webhookId ?? 'webhook-1';
  const { accountId, acceptedAt } = event.stamp;
  return {
    kind: 'event',
    id: deliveryId({ accountId, source: event.attributes.source, id: event.attributes.id }, acceptedAt, webhookId),
    webhookId,
    accountId,
    event,
    attempt: 1,
    origin: { kind: 'stream', epoch: 1n },
    lane: null,
    ...delivery,
  };
}

/** A first ping, claimed. */
export function aPing(ping: Partial<Ping> = {}): Ping {
  const webhookId = ping.webhookId ?? 'achA1b2C3d4E5f6G7';
  return {
    kind: 'ping',
    id: webhookId,
    webhookId,
    accountId: 'account-1',
    attempt: 1,
    openedAtMs: Date.parse(ACCEPTED_AT),
    origin: { kind: 'pending', lease: 'lease' },
    ...ping,
  };
}
