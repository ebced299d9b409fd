import type { KeyScope, Purpose } from '@sluice/contracts/principal';
import type { ResolvedPrincipal } from '../credentials/resolved-principal.js';

/**
 * The scope that each purpose asks for; null is for whoever has a credential. `operate` is for operator accounts alone, and
 * `share` and `inspect` for keys: whoever came by a link to the portal can't make it longer, and sees webhooks and nothing else.
 * These are asked besides this table.
 */
const SCOPE_FOR: Readonly<Record<Purpose, KeyScope | null>> = {
  subscribe: 'write',
  share: 'write',
  publish: 'publish',
  read: 'read',
  inspect: 'read',
  read_catalogue: null,
  identify: null,
  manage: 'admin',
  operate: 'admin',
};

export type Permission =
  | { allowed: true }
  | { allowed: false; reason: 'test_key' | 'not_operator' }
  | { allowed: false; reason: 'not_by_link'; purpose: 'share' | 'inspect' }
  | { allowed: false; reason: 'scope'; scope: KeyScope };

/** Whether who stands behind a principal may act for a purpose. */
export function permission({ kind, scopes, operator }: ResolvedPrincipal, purpose: Purpose): Permission {
  const scope = SCOPE_FOR[purpose];
  if (scope !== null && !scopes.includes(scope)) {
    return kind === 'test' ? { allowed: false, reason: 'test_key' } : { allowed: false, reason: 'scope', scope };
  }
  if (purpose === 'operate' && !operator) return { allowed: false, reason: 'not_operator' };
  if (kind === 'portal' && (purpose === 'share' || purpose === 'inspect')) {
    return { allowed: false, reason: 'not_by_link', purpose };
  }
  return { allowed: true };
}
