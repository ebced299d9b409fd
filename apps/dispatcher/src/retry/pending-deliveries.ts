import type { Delivery } from '../model/delivery.js';

/** What the claimer may take now: webhooks with free capacity, and those whose rows must be cancelled. */
export interface Capacity {
  /**
   * How many more deliveries of this webhook can start now; 0 leaves its rows where they are (busy, paused, circuit open).
   * A webhook that no longer exists answers a positive number: its rows come out too, to be settled as cancelled.
   */
  free(webhookId: string): number;
  /** How many deliveries in all can start now. */
  total(): number;
}

/** The pending rows: retries, overflow, parked deliveries. */
export interface PendingDeliveries {
  /**
   * Claims due rows, fairly over webhooks, never more of one webhook than it has capacity, under a fresh lease that
   * outlasts an attempt's deadline (by the database's clock). The event's bytes come with them.
   */
  claim(capacity: Capacity): Promise<Delivery[]>;
  /**
   * For draining: claimed or parked deliveries that were not started are due again at once, for any dispatcher. Rows that
   * are no longer under the delivery's lease are left alone.
   */
  releaseLeases(deliveries: readonly Delivery[]): Promise<void>;
}
