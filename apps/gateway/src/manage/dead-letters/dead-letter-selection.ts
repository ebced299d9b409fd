import type { DeadLetterFilter, DeadLetterSelection, DeadLetterState } from '@sluice/contracts/dead-letter-commands';

/** A filter as it was given: null counts as not given. */
type Given = { [K in 'source_id' | 'topic' | 'reason' | 'since' | 'until']?: string | null } & {
  state?: DeadLetterState | null;
};

/** A filter in the words of the dispatcher. */
export const filterOf = ({ source_id, topic, reason, since, until, state }: Given): DeadLetterFilter => ({
  sourceId: source_id ?? undefined,
  topic: topic ?? undefined,
  reason: reason ?? undefined,
  since: since ?? undefined,
  until: until ?? undefined,
  state: state ?? undefined,
});

/** Which dead letters something is to be done to. */
export const selectionOf = ({ ids, filter }: { ids?: string[] | null; filter?: Given | null }): DeadLetterSelection =>
  ids == null ? { filter: filterOf(filter ?? {}) } : { ids };
