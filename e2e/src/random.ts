/** Repeatable chance. */
export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
  /** A whole number from `low` on and below `high`. */
  between(low: number, high: number): number;
  pick<T>(from: readonly T[]): T;
}

/** The seed of a run is printed, and `SEED` gives it again. */
export function seededRandom(name: string): Random {
  const seed = Number(process.env.SEED ?? Date.now() % 1_000_000);
  console.log(`${name}: SEED=${seed}`);
  let state = seed >>> 0;
  // mulberry32
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    next,
    between: (low, high) => low + Math.floor(next() * (high - low)),
    pick: (from) => from[Math.floor(next() * from.length)] as (typeof from)[number],
  };
}

/** How many faults of a kind a test causes: `KILLS`, or what suits a short run. */
export const killsOr = (few: number): number => Number(process.env.KILLS ?? few);
