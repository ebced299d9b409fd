import { ChildProgram } from './child-program.js';
import type { MatchingStep } from './programs/matching.js';

const WEBHOOKS = [100, 10_000, 100_000, 1_000_000];
/** What a million webhooks and the pages on their way need at most. */
const HEAP_MIB = 6_144;

export interface MatchingResult {
  steps: MatchingStep[];
  /** µs an event with 100,000 webhooks to that with 100. */
  ratio: number;
}

/** How long it takes to find the one webhook of an event among very many of the same type, and what each costs in memory. */
export async function measureMatching(): Promise<MatchingResult> {
  const program = await ChildProgram.start<MatchingStep[], object, never>(
    new URL('./programs/matching.js', import.meta.url),
    { args: WEBHOOKS.map(String), execArgv: ['--expose-gc', `--max-old-space-size=${HEAP_MIB}`] },
  );
  const steps = program.ready;
  const usWith = (webhooks: number) => steps.find((step) => step.webhooks === webhooks)?.usPerEvent ?? Number.NaN;
  return { steps, ratio: usWith(100_000) / usWith(100) };
}
