/** What a filter may ask for at most (contract airstack, filter language). Each has its own message. */
export const limits = {
  /** Levels of event path below each other; `$` steps do not count. */
  pathLevels: 3,
  /** `$` steps in one path: as deep as arrays may reasonably lie in arrays. */
  elementSteps: 10,
  /** `$and` and `$or` within each other. */
  logicLevels: 10,
  conditions: 256,
  /** Bytes of the filter as JSON. */
  filterBytes: 16 * 1024,
  /** Values of `$in` and `$nin`, alternatives of `$startsWith` and `$endsWith`. */
  listValues: 1_000,
  regexCharacters: 1_000,
  /** Instructions of the compiled pattern: only counted repetition gets there. Bounds the time per character. */
  regexSteps: 2_000,
  /** Arrays and objects within each other, `$not` and operands included. */
  nesting: 100,
} as const;
