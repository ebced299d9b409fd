import type { OperationalData, OperationalType } from '@sluice/contracts/operational-events';
import type { EventDelivery } from '../model/delivery.js';

/**
 * Where operational events stand: on no partition of the stream. Their position is the number of their row. A delivery of
 * one is known by it, whatever else is known of its event.
 */
export const OPERATIONAL_PARTITION = -1;

/** The event that a delivery was of. */
export interface DeliveredEvent {
  identity: Buffer;
  partition: number;
  position: bigint;
  acceptedAtMs: number;
}

/** Something to be told of a webhook. It is known by (`webhookId`, `eventId`): told twice, it counts once. */
export interface OperationalEvent<T extends OperationalType = OperationalType> {
  type: T;
  webhookId: string;
  accountId: string;
  eventId: string;
  /** When it happened, milliseconds since the epoch; null is the moment at which it is written. */
  atMs: number | null;
  /** The data's members but for those that name the webhook, and those of the delivered event. */
  details: Partial<OperationalData<T>>;
  delivered: DeliveredEvent | null;
}

/** A delivery of an operational event causes none, whatever becomes of it: events about events would have no end. */
export const mayBeTold = ({ event }: EventDelivery): boolean => event.partition !== OPERATIONAL_PARTITION;

/** That a delivery was given up. Its id is of the delivery and its run: written again, it is the same event. */
export const exhaustedEvent = (
  delivery: Pick<EventDelivery, 'id' | 'webhookId' | 'accountId' | 'run'>,
  { delivered, ...details }: { attempts: number; last_error: string | null; reason: string; delivered: DeliveredEvent },
): OperationalEvent<'delivery.exhausted'> => ({
  type: 'delivery.exhausted',
  webhookId: delivery.webhookId,
  accountId: delivery.accountId,
  // One that was sent again by hand may be given up once more.
  eventId: `delivery.exhausted-${delivery.id}${delivery.run === undefined ? '' : `-${delivery.run.firstAttempt}`}`,
  atMs: null,
  details: { delivery_id: delivery.id, ...details },
  delivered,
});
