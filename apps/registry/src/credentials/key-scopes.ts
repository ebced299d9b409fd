import type { KeyKind, KeyScope } from '@sluice/contracts/principal';

/** What a key of each kind may do if it was made without scopes of its own; none has more than its kind. */
export const SCOPES_OF_KIND: Readonly<Record<KeyKind, readonly KeyScope[]>> = {
  live: ['read', 'write', 'publish'],
  test: [],
  admin: ['read', 'write', 'publish', 'admin'],
};

/** What a session of the portal may do. */
export const PORTAL_SCOPES: readonly KeyScope[] = ['read', 'write'];
