import type { KeyScope, Principal } from '@sluice/contracts/principal';

/** A principal with what the registry alone needs to know of it. */
export interface ResolvedPrincipal extends Principal {
  scopes: readonly KeyScope[];
  /** Null: never. */
  expiresAt: Date | null;
}

/** What a credential turned out to be. `over` says why it no longer counts. */
export type Resolved = { known: true; principal: ResolvedPrincipal; over: string | null } | { known: false };
