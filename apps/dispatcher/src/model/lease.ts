/**
 * How long a claimed or parked delivery is nobody else's, by the database's clock: the longest deadline of an attempt, 25 s,
 * the time it may wait for its turn after it was claimed, and the time until its outcome is recorded.
 */
export const LEASE_MS = 50_000;

/** A claim that is answered later is given back: its attempts might go on when their rows are somebody else's already. */
export const CLAIM_MS = 10_000;
