/**
 * The one clock that tests shift. Deadlines use {@link monotonicMs}; what processes compare uses the database's clock
 * plus {@link shiftMs} (`now() + $n * interval '1 millisecond'`), so that a shifted test agrees with its database.
 */
export interface Clock {
  /** Milliseconds since the epoch. */
  nowMs(): number;
  /** Milliseconds since some fixed moment; never goes back. */
  monotonicMs(): number;
  /** How far this clock is ahead of the machine's: 0 outside tests. */
  readonly shiftMs: number;
}

export const systemClock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  shiftMs: 0,
};

/** A clock that a test moves forward. */
export class ShiftedClock implements Clock {
  shiftMs = 0;
  nowMs(): number {
    return Date.now() + this.shiftMs;
  }
  monotonicMs(): number {
    return performance.now() + this.shiftMs;
  }
  advance(milliseconds: number): void {
    this.shiftMs += milliseconds;
  }
}
