import { KeyKind, KeyScope, type Principal } from '@sluice/contracts/principal';
import { accepted, type Result, refused } from '@sluice/contracts/result';
import { plainTextFault } from '../texts/plain-text.js';
import { SCOPES_OF_KIND } from './key-scopes.js';
import type { ResolvedPrincipal } from './resolved-principal.js';

const NAME_LIMIT = 200;

/** A key as it is asked for. */
export interface WantedKey {
  kind?: KeyKind | undefined;
  scopes?: readonly KeyScope[] | undefined;
  audience: Principal['audience'];
  /** ISO 8601. */
  expiresAt?: string | undefined;
  name?: string | undefined;
}

/** A key as it will be. */
export interface CheckedKey {
  kind: KeyKind;
  /** Null: all of its kind. */
  scopes: KeyScope[] | null;
  audience: Principal['audience'];
  expiresAt: Date | null;
  name: string | null;
}

/**
 * What is wanted of a new key, made whole: the kind follows from the scopes where it is not given. Nobody gets more by it than
 * the key that asks has: no other scope, no wider audience, and no later end.
 */
export function checkedKey(wanted: WantedKey, caller: ResolvedPrincipal, now: Date): Result<CheckedKey> {
  const { audience } = wanted;
  const scopes = wanted.scopes === undefined ? null : KeyScope.options.filter((each) => wanted.scopes?.includes(each));
  const kind = wanted.kind ?? (scopes === null ? null : kindOf(scopes));
  if (kind === null)
    return refused('invalid', `kind must be one of ${KeyKind.options.join(', ')}, or scopes be given`, 'kind');
  if (scopes !== null && kindOf(scopes) !== kind) return refused('invalid', SCOPES_WANTED[kind], 'scopes');
  const given = scopes ?? SCOPES_OF_KIND[kind];
  const lacking = given.find((scope) => !caller.scopes.includes(scope));
  if (lacking !== undefined) {
    return refused('forbidden', `a key gives no scope that it has not itself: this one lacks ${lacking}`, 'scopes');
  }
  if (audience === 'any' && !caller.operator) {
    return refused('forbidden', 'only an operator account may have keys that publish for other accounts', 'audience');
  }
  if (audience === 'any' && caller.audience !== 'any') {
    const message =
      'a key makes none that publishes for other accounts unless it may itself: this one has audience "own"';
    return refused('forbidden', message, 'audience');
  }
  if (audience === 'any' && !given.includes('publish')) {
    return refused('invalid', 'audience must be "own" for a key that publishes nothing', 'audience');
  }
  const end = wanted.expiresAt === undefined ? null : new Date(wanted.expiresAt);
  if (end !== null && end <= now) return refused('invalid', 'expires_at must be in the future', 'expires_at');
  const name = wanted.name?.trim() ?? null;
  const fault = name === '' ? 'is empty' : plainTextFault(name ?? '', NAME_LIMIT);
  if (fault !== null) return refused('invalid', `name ${fault}`, 'name');
  return accepted({ kind, scopes, audience, expiresAt: earlierOf(end, caller.expiresAt), name });
}

/** Null is never. */
const earlierOf = (one: Date | null, other: Date | null): Date | null =>
  one === null || (other !== null && other < one) ? other : one;

/** A key is of the lowest kind that has its scopes. */
function kindOf(scopes: readonly KeyScope[]): KeyKind {
  if (scopes.includes('admin')) return 'admin';
  return scopes.length === 0 ? 'test' : 'live';
}

const SCOPES_WANTED: Readonly<Record<KeyKind, string>> = {
  live: 'scopes of a live key must be some of read, write, publish',
  admin: 'scopes of an admin key must have admin among them',
  test: 'scopes of a test key must be empty: it reads the catalogue alone',
};
