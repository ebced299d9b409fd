import { createHash } from 'node:crypto';
import { type Result, refused } from '@sluice/contracts/result';

const LENGTH = 22;

/** A name for a state as it is shown: the same for the same, another one for any other. */
export const stateTag = (state: unknown): string =>
  createHash('sha256').update(JSON.stringify(state)).digest('base64url').slice(0, LENGTH);

/**
 * The refusal of a change of what is no longer as the caller saw it; null when it is, or the caller does not ask.
 *
 * @param state null when there is no such thing yet.
 * @param ifMatch tags, or `*` for any state that there is.
 */
export const stateFault = (
  state: unknown,
  ifMatch: readonly string[] | undefined,
): Extract<Result<never>, { ok: false }> | null =>
  ifMatch === undefined || (state !== null && (ifMatch.includes('*') || ifMatch.includes(stateTag(state))))
    ? null
    : refused('changed', 'it has been changed since: get it again, and decide by what it is now');
