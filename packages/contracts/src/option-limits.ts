/**
 * What the options of a webhook may be; zod-free, so that pages can have it. The waits of a schedule, in seconds: a delivery
 * ends 7 days after its event.
 */
export const OPTION_LIMITS = {
  descriptionCharacters: 500,
  lowestRate: 0.1,
  highestRate: 10_000,
  mostAtOnce: 32,
  mostAttempts: 20,
  longestWait: 604_800,
} as const;
