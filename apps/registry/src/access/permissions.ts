import type { Principal, Purpose } from '@sluice/contracts/principal';

/**
 * What each kind of key may do. `operate` is for the admin keys of operator accounts alone, which is asked for besides
 * this table.
 */
const PERMITTED: Readonly<Record<Principal['kind'], readonly Purpose[]>> = {
  live: ['subscribe', 'publish', 'read', 'read_catalogue'],
  test: ['read_catalogue'],
  admin: ['subscribe', 'publish', 'read', 'read_catalogue', 'manage', 'operate'],
};

export type Permission = { allowed: true } | { allowed: false; reason: 'test_key' | 'kind' | 'not_operator' };

/** Whether the key behind a principal may act for a purpose. */
export function permission({ kind, operator }: Principal, purpose: Purpose): Permission {
  if (!PERMITTED[kind].includes(purpose)) return { allowed: false, reason: kind === 'test' ? 'test_key' : 'kind' };
  if (purpose === 'operate' && !operator) return { allowed: false, reason: 'not_operator' };
  return { allowed: true };
}
