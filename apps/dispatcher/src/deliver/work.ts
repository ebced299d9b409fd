import type { Delivery } from '../model/delivery.js';
import type { EndpointAttempt } from './endpoint-attempt.js';
import type { WebhookQueue } from './webhook-queue.js';

/** A delivery in this dispatcher's hands, from its entry until its outcome is handed to the recorder. */
export class Work {
  /** Replaced by one of another origin when it is parked while under way. */
  delivery: Delivery;
  readonly queue: WebhookQueue;
  /** It came from a pending row, not straight from the stream. */
  readonly claimed: boolean;
  /** Of the data of its event, and of those that follow it in its lane. */
  readonly bytes: number;
  /** Monotonic. */
  readonly enteredAtMs: number;
  state: 'waiting' | 'sending' | 'ended' = 'waiting';
  /** Monotonic; while sending. */
  startedAtMs = 0;
  /** Where it is being sent to; while sending. */
  endpoint: string | null = null;
  /** Its partition was lost under way: whatever comes of it, it is no longer ours to record. */
  abandoned = false;
  /** While sending. */
  attempt: EndpointAttempt | null = null;

  constructor(delivery: Delivery, queue: WebhookQueue, enteredAtMs: number) {
    this.delivery = delivery;
    this.queue = queue;
    this.claimed = delivery.origin.kind === 'pending';
    this.bytes = bytesOf(delivery);
    this.enteredAtMs = enteredAtMs;
  }
}

function bytesOf(delivery: Delivery): number {
  let bytes = 0;
  let next = delivery.kind === 'event' ? delivery : null;
  for (; next !== null; next = next.lane?.next ?? null) bytes += next.event.data.byteLength;
  return bytes;
}
