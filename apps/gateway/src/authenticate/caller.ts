import type { Principal } from '@sluice/contracts/principal';

/** Who asks: the credential goes on to the registry with every command, the principal says what it may do. */
export interface Caller {
  credential: string;
  principal: Principal;
  /** Where the request came from, for the audit trail. */
  address: string;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by `CallerGuard` on every route that demands a credential. */
    caller: Caller | null;
  }
}
