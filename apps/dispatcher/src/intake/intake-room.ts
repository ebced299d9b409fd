import type { Recording } from '../record/recording.js';
import type { OpenDeliveries } from './open-deliveries.js';
import type { ProcessLoad } from './process-load.js';

/** Deliveries to quick endpoints that are in hand whatever the pace. */
const LEAST_FLOWING = 128;
/** What succeeds in an eighth of a second, as the part of what did in the last half: enough to keep every slot in use. */
const AHEAD_OF_RECENT = 0.25;

export interface IntakeRoomParts {
  open: Pick<OpenDeliveries, 'hasRoom'>;
  load: Pick<ProcessLoad, 'isHigh'>;
  recording: Pick<Recording, 'unrecordedBytes'>;
  /** So much may wait to be recorded; one event may go beyond it. */
  mostBytes: number;
  queues: {
    /** Deliveries straight from the stream whose endpoints are known to take them quickly. */
    readonly flowing: number;
    /** How many succeeded in the last half second. */
    readonly recentSuccesses: number;
    /** All slots or permits are in use. */
    readonly isFull: boolean;
  };
}

/**
 * Whether the intake goes on. It waits for this dispatcher alone, never for particular endpoints: for memory, and when the
 * process can't keep up, for what is known to flow. What an endpoint does not take in time becomes pending rows, which cost
 * a busy process several times as much as a delivery.
 */
export class IntakeRoom {
  readonly #parts: IntakeRoomParts;

  constructor(parts: IntakeRoomParts) {
    this.#parts = parts;
  }

  get isLeft(): boolean {
    const { open, load, queues, recording, mostBytes } = this.#parts;
    if (!open.hasRoom || recording.unrecordedBytes >= mostBytes) return false;
    if (!load.isHigh && !queues.isFull) return true;
    return queues.flowing < Math.max(LEAST_FLOWING, queues.recentSuccesses * AHEAD_OF_RECENT);
  }
}
